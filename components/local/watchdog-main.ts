/**
 * The program of the watchdog (see watchdog.ts). Owns the clean-up after the runner is gone.
 * Must not touch a process or directory that it was not given, nor one that only has the same id or name.
 */
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart } from "./process-start.ts";
import type { RunDirectory } from "./run-directory.ts";
import { checkRunDirectory } from "./run-directory.ts";
import type { WatchdogMessage } from "./watchdog.ts";

const graceMs = 1_000;
const pollMs = 20;

const watched = new Map<number, string>();

/** Only the end of the pipe ends a watchdog. */
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => {});

const given = checkRunDirectory(process.argv[2] ?? "");
if (given.kind === "refused") process.exit(1);
process.stdout.on("error", () => {});
process.stdout.write("!");

await untilPipeCloses();
await endProcesses();
await removeDirectory(given);
process.exit(0);

async function untilPipeCloses(): Promise<void> {
  try {
    for await (const line of createInterface({ input: process.stdin })) obey(line);
  } catch {
    // A pipe that breaks, or a last line that was cut off, says the same as a pipe that closes: the runner is gone.
  }
}

function obey(line: string): void {
  const message = JSON.parse(line) as WatchdogMessage;
  if (message.kind === "watch") watched.set(message.pid, message.start);
  else watched.delete(message.pid);
}

async function endProcesses(): Promise<void> {
  for (const pid of running()) send(pid, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (running().length > 0 && Date.now() < deadline) await sleep(pollMs);
  for (const pid of running()) send(pid, "SIGKILL");
  while (running().length > 0 && Date.now() < deadline + graceMs) await sleep(pollMs);
}

function running(): number[] {
  return [...watched].filter(([pid, start]) => processStart(pid) === start).map(([pid]) => pid);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function removeDirectory(directory: RunDirectory & { kind: "removable" }): Promise<void> {
  const now = checkRunDirectory(directory.path);
  if (now.kind === "refused" || now.identity !== directory.identity) return;
  await rm(directory.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
