/** Owns how rendered files reach the disk. A folder appears whole or not at all: it is written beside its place and then moved there. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../components/local/make-folder.ts";

export interface Written {
  /** Of an engine whose proxies are configured by files. */
  readonly proxies?: number;
  /** Of an engine with a control plane. */
  readonly objects?: number;
  readonly files: number;
  readonly bytes: number;
}

/** Writes into one folder, and counts. */
export class FolderWriter {
  readonly #folder: string;
  #files = 0;
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(path: string, text: string): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    this.#files += 1;
    this.#bytes += Buffer.byteLength(text);
  }

  written(counted: Pick<Written, "proxies" | "objects">): Written {
    return { ...counted, files: this.#files, bytes: this.#bytes };
  }
}
/** True also where there is nothing at all. */
export function isEmptyFolder(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch {
    return !existsSync(folder);
  }
}

export function replaceFolder<T>(folder: string, write: (staging: string) => T): T {
  makeFolder(dirname(folder));
  const staging = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const fresh = join(staging, "new");
    mkdirSync(fresh);
    const result = write(fresh);
    moveAside(folder, join(staging, "old"));
    renameSync(fresh, folder);
    return result;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function moveAside(folder: string, to: string): void {
  try {
    renameSync(folder, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
