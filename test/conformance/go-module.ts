/**
 * Suites of other projects, read from the Go module cache at a pinned version and checksum: their text never stands in this repository.
 * Without Go there is nothing to read, which a suite says instead of passing.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface GoModule {
  readonly path: string;
  readonly version: string;
  /** Of the zip file, as the checksum database knows it. */
  readonly sum: string;
}

export type Found =
  | { readonly kind: "found"; readonly folder: string }
  | { readonly kind: "none"; readonly why: string };

/** Downloads it where it is not in the cache yet. */
export function findGoModule({ path, version, sum }: GoModule): Found {
  const scratch = mkdtempSync(join(tmpdir(), "mw-go-"));
  try {
    writeFileSync(join(scratch, "go.mod"), "module scratch\n");
    const told = goOutput(["mod", "download", "-json", `${path}@${version}`], scratch);
    if (told.kind === "none") return told;
    const { Dir, Sum } = JSON.parse(told.text) as { readonly Dir: string; readonly Sum: string };
    return Sum === sum
      ? { kind: "found", folder: Dir }
      : { kind: "none", why: `${path}@${version} has checksum ${Sum}` };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

type Told = { readonly kind: "told"; readonly text: string } | { readonly kind: "none"; readonly why: string };

const LARGEST = 64 * 1024 * 1024;

export function goOutput(args: readonly string[], folder: string): Told {
  try {
    return {
      kind: "told",
      text: execFileSync("go", args, { cwd: folder, encoding: "utf8", maxBuffer: LARGEST, stdio: "pipe" }),
    };
  } catch (error) {
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    return { kind: "none", why: code === "ENOENT" ? "Go is not installed" : (stderr ?? message) };
  }
}
