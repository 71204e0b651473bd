/**
 * The package as it ships, compiled: what users run, and what starts in half the time of sources whose types are stripped each time.
 * Compiled again where a source is newer.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMPILED = join(ROOT, "dist/cli/main.js");
/** What tsconfig.build.json includes. */
const SOURCES = ["components", "cli", "stacks/releases", "package.json", "tsconfig.build.json"];

let isBuilt = false;

/** Into dist. */
export function ensureBuilt(): void {
  if (!isBuilt && !isFresh())
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { cwd: ROOT });
  isBuilt = true;
}

function isFresh(): boolean {
  if (!existsSync(COMPILED)) return false;
  const compiled = statSync(COMPILED).mtimeMs;
  return SOURCES.flatMap((name) => filesOf(join(ROOT, name))).every((path) => statSync(path).mtimeMs <= compiled);
}

const filesOf = (path: string): readonly string[] =>
  statSync(path).isFile()
    ? [path]
    : readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
