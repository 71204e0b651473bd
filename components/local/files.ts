/**
 * Owns replacing a file so that a watcher of its folder (Envoy: inotify, "moved to") sees one move of complete bytes.
 * Must not write inside the watched folder: a temporary file there would be an event of its own.
 */
import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export interface ReplaceFileOptions {
  /** Readable by the owner only. */
  readonly secret?: boolean;
}

/** No fsync: the files of a run do not outlive the machine. */
export async function replaceFile(
  path: string,
  bytes: string | Uint8Array,
  { secret = false }: ReplaceFileOptions = {},
): Promise<void> {
  const staged = join(await stagingFolder(dirname(path)), `${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(staged, bytes, { mode: secret ? 0o600 : 0o644, flag: "wx" });
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
}

/** Beside the folder, so that both are on one file system and the rename is atomic. */
async function stagingFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const staging = join(dirname(folder), `.${basename(folder)}.staging`);
  await mkdir(staging, { recursive: true, mode: 0o700 });
  return staging;
}
