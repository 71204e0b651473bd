/** What a process has used, from /proc: resident memory and processor time. Linux only. */
import { readFileSync } from "node:fs";

/** Clock ticks a second; fixed at 100 on every Linux that Node runs on. */
const TICKS = 100;

export function residentMiB(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}

/** User and system time of all its threads. @unit microseconds */
export function cpuMicroseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS;
}
