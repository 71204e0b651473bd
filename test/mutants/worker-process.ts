/** Processes that try mutants; one that hangs is ended, and its mutant is killed. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** @param mutant on from the beginning */
export const startWorker = (name: string, args: readonly string[], mutant?: string): ChildProcess =>
  fork(fileURLToPath(new URL(name, import.meta.url)), args, {
    execArgv: ["--conditions=meshwright-source"],
    env: { ...process.env, ...(mutant === undefined ? {} : { __STRYKER_ACTIVE_MUTANT__: mutant }) },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });

/** What a worker says first, and that it is over. */
export async function runWorker<T>(
  name: string,
  args: readonly string[],
  patience: number,
  mutant: string,
): Promise<T | Killed> {
  const child = startWorker(name, args, mutant);
  const said = await nextMessage<T>(child, patience);
  await endWorker(child);
  return said;
}

export interface Killed {
  readonly killedBy: string;
}

/** @param patience who takes longer never ends. @unit milliseconds */
export async function nextMessage<T>(child: ChildProcess, patience: number): Promise<T | Killed> {
  const done = new AbortController();
  const { signal } = done;
  const said = once(child, "message", { signal }).then(([message]) => message as T);
  const gone = once(child, "exit", { signal }).then((): Killed => ({ killedBy: "ends the process" }));
  const late = setTimeout(patience, HUNG, { signal });
  try {
    return await Promise.race([said, gone, late]);
  } finally {
    for (const one of [said, gone, late]) one.catch(() => undefined);
    done.abort();
  }
}

export const HUNG: Killed = { killedBy: "hangs" };

export const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

export async function endWorker(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
