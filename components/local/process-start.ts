/**
 * Owns the token that tells a process from a later one with the same id: when it started, as the system writes it.
 * Synchronous, because the answer counts at the moment of the question.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Undefined when there is no such process, or when it has ended and only waits to be collected. */
export function processStart(pid: number): string | undefined {
  return process.platform === "linux" ? startFromProc(pid) : startFromPs(pid);
}

/** proc(5): the name in parentheses can hold anything, so fields count from the last one; 3 is the state, 22 the start. */
function startFromProc(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || isDefunct(fields[0] ?? "") ? undefined : fields[19];
}

function startFromPs(pid: number): string | undefined {
  const result = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  const match = /^\s*(\S+)\s+(.+?)\s*$/.exec(result.stdout ?? "");
  return match === null || isDefunct(match[1] ?? "") ? undefined : match[2];
}

function isDefunct(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
