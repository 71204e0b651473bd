/**
 * Owns the question whether a directory may be removed with everything in it: only a real directory strictly below the
 * system's folder for temporary files.
 */
import { lstatSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, relative, sep } from "node:path";

export type RunDirectory =
  | { readonly kind: "removable"; readonly path: string; readonly identity: string }
  | { readonly kind: "refused"; readonly reason: string };

/** `identity` (device and inode) tells it from another directory that takes its name later. */
export function checkRunDirectory(path: string): RunDirectory {
  try {
    return check(path);
  } catch (error) {
    return { kind: "refused", reason: (error as Error).message };
  }
}

function check(path: string): RunDirectory {
  const status = lstatSync(path);
  if (!status.isDirectory()) return { kind: "refused", reason: `${path} is not a directory` };
  const real = realpathSync(path);
  const below = relative(realpathSync(tmpdir()), real);
  if (below === "" || below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below)) {
    return { kind: "refused", reason: `${path} is not below the folder for temporary files` };
  }
  return { kind: "removable", path: real, identity: `${status.dev}:${status.ino}` };
}
