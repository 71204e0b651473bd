/**
 * Owns the look-up of a program in the PATH of a given environment.
 * Our own, because a spawn with an empty PATH falls back to folders of the system's choice, which the caller did not name.
 */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

export async function findOnPath(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  // A relative entry would make the result depend on the folder `mesh` was started in.
  const folders = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  for (const folder of folders) {
    const candidate = join(folder, program);
    if (await isExecutableFile(candidate)) return candidate;
  }
  return undefined;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
