/** Processes that try mutants with a suite; one that hangs is ended, and its mutant is killed. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Ask, Verdict } from "./suite-worker.ts";
import type { Coverage } from "./switch.ts";

const WORKER = fileURLToPath(new URL("./suite-worker.ts", import.meta.url));
/** Whole suites take a second; who takes this long never ends. */
const HANGS_AFTER = 60_000;
const HUNG: Verdict = { killedBy: "hangs" };

export class SuiteProcess {
  readonly #arguments: readonly string[];
  #child: ChildProcess | undefined;

  /** @param instrumented a file */
  constructor(instrumented: string, tests: readonly string[]) {
    this.#arguments = [instrumented, ...tests];
  }

  /** What the tests cover. @throws where one fails without any mutant */
  async coverage(): Promise<Coverage> {
    await this.stop();
    this.#child = this.#start();
    const [said] = await Promise.race([once(this.#child, "message"), once(this.#child, "exit")]);
    if (typeof said !== "object" || said === null) throw new Error("the suite fails without any mutant");
    return said as Coverage;
  }

  /** Switched on in a suite that is loaded already. */
  async switchOn(ask: Ask): Promise<Verdict> {
    if (this.#child === undefined) await this.coverage();
    const child = this.#child as ChildProcess;
    child.send(ask);
    const verdict = await verdictOf(child);
    if (verdict === HUNG) await this.stop();
    return verdict;
  }

  /** Switched on before anything is loaded. */
  async loadWith(mutant: string): Promise<Verdict> {
    const child = this.#start({ __STRYKER_ACTIVE_MUTANT__: mutant });
    const verdict = await verdictOf(child);
    await ended(child);
    return verdict;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) await ended(child);
  }

  #start(env: NodeJS.ProcessEnv = {}): ChildProcess {
    return fork(WORKER, this.#arguments, {
      execArgv: ["--conditions=meshwright-source"],
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  }
}

async function verdictOf(child: ChildProcess): Promise<Verdict> {
  const done = new AbortController();
  const { signal } = done;
  const said = once(child, "message", { signal }).then(([verdict]) => verdict as Verdict);
  const gone = once(child, "exit", { signal }).then((): Verdict => ({ killedBy: "ends the process" }));
  const late = setTimeout(HANGS_AFTER, HUNG, { signal });
  try {
    return await Promise.race([said, gone, late]);
  } finally {
    for (const one of [said, gone, late]) one.catch(() => undefined);
    done.abort();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
