/** Where the built parts lie. Their names hold all that decides what is built, so another version never meets an old file. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheDirectory } from "../../../components/local/cache-directory.ts";
import type { FilePart, GoPart } from "./versions.ts";

export const partsFolder = (env: NodeJS.ProcessEnv = process.env): string => join(cacheDirectory(env), "parts");

export const programPath = (folder: string, part: GoPart): string => join(folder, nameOf(part), part.name);

export const filePath = (folder: string, part: FilePart): string => join(folder, nameOf(part), part.name);

const nameOf = (part: GoPart | FilePart): string => {
  const recipe = JSON.stringify([part, process.platform, process.arch]);
  return `${part.name}-${part.version}-${createHash("sha256").update(recipe).digest("hex").slice(0, 12)}`;
};
