/** Where the built parts lie. Their names hold all that decides what is built, so another version never meets an old file. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheDirectory } from "../../../components/local/cache-directory.ts";
import type { CrdPart, GoPart } from "./versions.ts";

export const partsFolder = (env: NodeJS.ProcessEnv = process.env): string => join(cacheDirectory(env), "parts");

export const programPath = (folder: string, part: GoPart): string => join(folder, nameOf(part), part.name);

/** One file with all schemas of a part. */
export const crdsPath = (folder: string, part: CrdPart): string => join(folder, `crds-${nameOf(part)}.yaml`);

const nameOf = (part: GoPart | CrdPart): string => {
  const recipe = JSON.stringify([part, process.platform, process.arch]);
  return `${part.name}-${part.version}-${createHash("sha256").update(recipe).digest("hex").slice(0, 12)}`;
};
