/** Runs the real `mesh`, compiled, as a process, in a folder of its own that looks like a user's: meshwright stands in its node_modules. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "../../ensure-built.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const main = join(repository, "dist/cli/main.js");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class MeshFolder {
  readonly path = mkdtempSync(join(tmpdir(), "meshwright-cli-"));

  constructor(packages: readonly string[] = []) {
    mkdirSync(join(this.path, "node_modules"));
    symlinkSync(repository, join(this.path, "node_modules/meshwright"));
    for (const name of packages)
      symlinkSync(join(repository, "node_modules", name), join(this.path, "node_modules", name));
  }

  write(name: string, text: string): string {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), text);
    return name;
  }

  /** Whatever it is given, no command shows a stack of anybody. */
  mesh(args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
    const ended = this.node([main, ...args], env);
    if (env.MESHWRIGHT_DEBUG === undefined) assert.doesNotMatch(ended.stdout + ended.stderr, /^\s+at .*:\d+:\d+\)?$/m);
    return ended;
  }

  /** A program of the user's. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
    ensureBuilt();
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd: this.path,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", ...env },
      maxBuffer: 1 << 28,
      // What hangs fails.
      timeout: 120_000,
    });
    return { code: status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The one finding that a command must have printed, and how it ended. */
export function assertFinding({ code, stdout, stderr }: Ended, exitCode: number, ...expected: readonly RegExp[]): void {
  const text = stdout + stderr;
  for (const one of expected) assert.match(text, one);
  assert.equal(code, exitCode, text);
}
