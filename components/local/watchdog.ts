/**
 * Owns the promise that a run leaves nothing behind, whatever ends the runner: a small detached process holds a pipe to it,
 * and when the pipe closes it ends the registered processes and removes the directory of the run.
 * Must not start or stop the processes of a healthy run; that is the runner's work.
 */
import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { processStart } from "./process-start.ts";
import { checkRunDirectory } from "./run-directory.ts";
import { siblingProgram } from "./sibling-program.ts";

export interface Watchdog {
  readonly pid: number;
  /** Call right after the spawn: until then the process is known to nobody but the runner. */
  process(pid: number): void;
  /** For a process that ended by itself. */
  release(pid: number): void;
  /** Ends what is still registered, removes the directory; resolves when both are done. */
  close(): Promise<void>;
}

/** One line on the pipe to the watchdog. */
export type WatchdogMessage =
  | { readonly kind: "watch"; readonly pid: number; readonly start: string }
  | { readonly kind: "release"; readonly pid: number };

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Resolves when the watchdog is on guard. Throws for a directory that it would refuse to remove. */
export async function startWatchdog({ directory }: { readonly directory: string }): Promise<Watchdog> {
  const checked = checkRunDirectory(directory);
  if (checked.kind === "refused") throw new Error(checked.reason);
  const child = spawnWatchdog(checked.path);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await onGuard(child);
  return watchdogOf(child, ended);
}

function watchdogOf(child: Child, ended: Promise<void>): Watchdog {
  const send = (message: WatchdogMessage) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid ?? 0,
    process(pid) {
      // Read here and now: the runner has not collected its child yet, so the id cannot belong to another process.
      const start = processStart(pid);
      if (start !== undefined) send({ kind: "watch", pid, start });
    },
    release(pid) {
      send({ kind: "release", pid });
    },
    close() {
      child.ref();
      child.stdin.end();
      return ended;
    },
  };
}

function spawnWatchdog(directory: string): Child {
  const child = spawn(process.execPath, [...siblingProgram("watchdog-main", import.meta.url), directory], {
    // A session of its own: Ctrl-C and a closing terminal reach the runner's group only.
    detached: true,
    cwd: "/",
    stdio: ["pipe", "pipe", "ignore"],
  });
  // Someone killed it: the run goes on unguarded, and a failing write must not end it.
  child.stdin.on("error", () => {});
  return child;
}

/** It says one byte once its signal handlers are in place; then it does not keep the runner alive. */
async function onGuard(child: Child): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the watchdog ended at once, code ${code}`)));
  });
  child.stdout.destroy();
  child.unref();
}
