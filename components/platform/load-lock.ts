/** The lock file of a project, as its program reads it. None is the same as an empty one: whatever needs a digest is refused by name. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RunError } from "@pulumi/pulumi";
import { emptyLock, type Lock, readLock } from "../deployment/lock.ts";
import { refuseErrors } from "./refuse.ts";

export function loadLock(file: URL): Lock {
  if (!existsSync(file)) return emptyLock;
  const { lock, diagnostics } = readLock(parse(file));
  refuseErrors(diagnostics);
  return lock;
}

function parse(file: URL): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new RunError(`${fileURLToPath(file)} is no JSON: ${(error as Error).message}; \`mesh lock\` writes it anew`);
  }
}
