/** One Envoy process: started inside its folder, ready when it has its first configuration. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isReady } from "./admin.ts";

export interface ProxyProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  /** Have we asked it to end? */
  readonly isStopped: boolean;
  /** Resolves with the exit code; `null` when a signal ended it. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/**
 * One worker thread: a desk has few cores and many proxies. A listener that changed is replaced at once, and Envoy asks the clients
 * of the old one with the next answer to connect anew ("gradual", the default, begins with few of them); requests that are on their
 * way have as long as they may take by default before it cuts them off. An access log's line is written within 100 ms; Envoy's
 * default is 10 s, when nobody looks for it any more.
 */
const OPTIONS = [
  ...["--concurrency", "1", "--disable-hot-restart", "--drain-time-s", "15", "--drain-strategy", "immediate"],
  ...["--log-level", "warning", "--file-flush-interval-msec", "100"],
];

export function startProxy(envoy: string, directory: string): ProxyProcess {
  const log = openSync(join(directory, "envoy.log"), "a", 0o600);
  // A group of its own: Ctrl-C reaches the runner, which ends its proxies in order.
  const child = spawn(envoy, ["-c", "bootstrap.json", ...OPTIONS], {
    cwd: directory,
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(127));
  });
  let isStopped = false;
  return {
    pid: child.pid ?? 0,
    get isRunning() {
      return isRunning(child);
    },
    get isStopped() {
      return isStopped;
    },
    ended,
    stop: () => {
      isStopped = true;
      return stop(child, ended);
    },
  };
}

/** A process that could not be started has no id. */
const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (!isRunning(child)) return;
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await ended;
  clearTimeout(killer);
}

/** Waits until it is live; throws with the beginning of its log when it ends before, or takes longer than half a minute. */
export async function untilReady(directory: string, proxy: ProxyProcess): Promise<void> {
  const state = { ended: false };
  void proxy.ended.then(() => {
    state.ended = true;
  });
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if (await isReady(directory)) return;
    if (state.ended) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const log = await readFile(join(directory, "envoy.log"), "utf8");
  if (log.includes("max_user_instances")) throw new MachineLimit(INOTIFY);
  throw new Error(`Envoy did not start:\n${log.split("\n").slice(0, 8).join("\n")}`);
}

/** What the machine does not allow; the message says what to do about it. */
export class MachineLimit extends Error {}

/** Each proxy follows four to seven files, and Envoy takes an inotify instance for each. */
const INOTIFY = `this user may not follow more files: the proxies of a mesh need more inotify instances than Linux allows by default.
  allow more until the next start:  sudo sysctl fs.inotify.max_user_instances=1024`;
