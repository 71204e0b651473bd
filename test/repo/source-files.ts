/** The files of the repository, as git lists them: tracked ones, and new ones that are not ignored. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Paths from the root. */
export const repositoryFiles: readonly string[] = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
)
  .split("\0")
  .filter((path) => path !== "" && existsSync(ROOT + path))
  .sort();

export const sourceFiles: readonly string[] = repositoryFiles.filter((path) => path.endsWith(".ts"));

export const readText = (path: string): string => readFileSync(ROOT + path, "utf8");
