/** Which files of a folder no `mesh render` wrote: those are never replaced, however one asks. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "yaml";
import type { RenderedEngine } from "../components/engines/releases.ts";
import { KUSTOMIZATION } from "./object-files.ts";
import { README, README_BEGINS } from "./proxy-folders.ts";

/** Paths below the folder; of a file that stands in its place the empty one. */
export function foreignFiles(folder: string, engine: RenderedEngine): readonly string[] {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isFile()) return [""];
  const isOurs = isWritten[engine](folder);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !isOurs(path))
    .sort();
}

/** What an earlier render wrote is known by the file that says so of the whole folder, and by the names of the others. */
const isWritten: { readonly [E in RenderedEngine]: (folder: string) => (path: string) => boolean } = {
  envoy: (folder) => {
    const isMarked = textOf(join(folder, README)).startsWith(README_BEGINS);
    return (path) => isMarked && (path === README || PROXY_FILE.test(path));
  },
  istio: (folder) => {
    const listed = resourcesOf(textOf(join(folder, KUSTOMIZATION)));
    return (path) => listed !== undefined && (path === KUSTOMIZATION || listed.includes(path));
  },
};

const PROXY_FILE = /^[^/]+\/(?:(?:bootstrap|cds|lds)\.json|[rs]ds\/[^/]+\.json)$/;

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function resourcesOf(kustomization: string): readonly unknown[] | undefined {
  try {
    const { resources } = parse(kustomization) as { readonly resources?: unknown };
    return Array.isArray(resources) ? resources : undefined;
  } catch {
    return undefined;
  }
}
