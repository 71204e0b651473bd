/**
 * The processes of one suite and the folder they work in. Whatever ends the suite, the watchdog of local runs ends them and removes
 * the folder. Nothing in there is worth a graceful end: it is a cluster for a minute.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startWatchdog, type Watchdog } from "../../components/local/watchdog.ts";

export interface Started {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  /** How it ended, as soon as it has. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Whoever starts the processes of a suite: this machine, or a node on it. */
export interface Starter {
  /** For their files. */
  readonly directory: string;
  start(name: string, program: string, args: readonly string[], options?: StartOptions): Started;
}

export class ProcessGroup implements Starter {
  readonly directory: string;
  readonly #watchdog: Watchdog;
  readonly #started: Started[] = [];

  private constructor(directory: string, watchdog: Watchdog) {
    this.directory = directory;
    this.#watchdog = watchdog;
  }

  static async create(): Promise<ProcessGroup> {
    const directory = await mkdtemp(join(tmpdir(), "meshwright-cluster-"));
    return new ProcessGroup(directory, await startWatchdog({ directory }));
  }

  /** Its output goes to `<name>.log` in the folder. */
  start(name: string, program: string, args: readonly string[], options: StartOptions = {}): Started {
    const log = join(this.directory, `${name}.log`);
    const descriptor = openSync(log, "a", 0o600);
    const child = spawn(program, args, {
      cwd: options.cwd ?? this.directory,
      env: options.env ?? process.env,
      stdio: ["ignore", descriptor, descriptor],
      // A group of its own: Ctrl-C reaches the suite only.
      detached: true,
    });
    closeSync(descriptor);
    if (child.pid !== undefined) this.#watchdog.process(child.pid);
    const started = startedOf(name, log, child);
    this.#started.push(started);
    return started;
  }

  /** For a process that one of ours has started. */
  guard(pid: number): void {
    this.#watchdog.process(pid);
  }

  /** Last started, first ended. */
  async stop(): Promise<void> {
    for (const started of this.#started.splice(0).reverse()) await started.stop();
    await this.#watchdog.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function startedOf(name: string, log: string, child: ChildProcess): Started {
  let how: string | undefined;
  const ending = new Promise<void>((resolve) => {
    const end = (text: string) => {
      how = text;
      resolve();
    };
    child.once("exit", (code, signal) => end(`ended with ${signal ?? `code ${String(code)}`}`));
    child.once("error", (error) => end(error.message));
  });
  const stop = async () => {
    // With the processes that it has started itself: they are in its group.
    if (how === undefined && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await ending;
  };
  return { name, pid: child.pid ?? 0, log, ended: () => how, stop };
}

const POLL = 50;

/** Waits until a process does what it was started for. @throws with the end of its log when it ends before, or in `seconds` does not */
export async function until(started: Started, seconds: number, isReady: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(POLL)) {
    if (started.ended() !== undefined) break;
    if (await isReady().catch(() => false)) return;
  }
  const lines = (await readFile(started.log, "utf8")).trimEnd().split("\n");
  const what = started.ended() ?? `is not ready after ${seconds} s`;
  throw new Error(`${started.name} ${what}:\n${lines.slice(-12).join("\n")}`);
}
