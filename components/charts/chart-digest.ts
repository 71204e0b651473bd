/** The digest of a chart on this machine: of its bytes where it is packaged, of its files where it is a folder. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../deployment/lock.ts";
import { byText } from "../values/order.ts";

export async function chartDigest(path: string): Promise<Digest> {
  const isFolder = (await stat(path)).isDirectory();
  return isFolder ? `tree-sha256:${await treeDigest(path)}` : `sha256:${sha256(await readFile(path))}`;
}

export const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Every file's path and digest, sorted: neither dates nor the order of a file system count. */
async function treeDigest(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // A link would be followed by Helm and not by this: what it points at could change unseen.
  const other = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (other !== undefined) throw new Error(`${other.name} is neither a file nor a folder`);
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const lines = await Promise.all(
    paths.map(async (path) => `${path.slice(folder.length + 1)}\0${sha256(await readFile(path))}\n`),
  );
  return sha256(lines.sort(byText).join(""));
}
