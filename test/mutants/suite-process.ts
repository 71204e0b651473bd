/** A process with a loaded suite, in which mutants are switched on one after the other. */
import type { ChildProcess } from "node:child_process";
import type { Ask, Verdict } from "./suite-worker.ts";
import type { Coverage } from "./switch.ts";
import { endWorker, HUNG, type Killed, nextMessage, runWorker, startWorker } from "./worker-process.ts";

const WORKER = "suite-worker.ts";

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
    this.#child = startWorker(WORKER, this.#arguments);
    const said = await nextMessage<Coverage>(this.#child);
    if ("killedBy" in said) throw new Error("the suite fails without any mutant");
    return said;
  }

  /** Switched on in a suite that is loaded already. */
  async switchOn(ask: Ask): Promise<Verdict> {
    if (this.#child === undefined) await this.coverage();
    const child = this.#child as ChildProcess;
    child.send(ask);
    const verdict: Verdict | Killed = await nextMessage<Verdict>(child);
    if (verdict === HUNG || child.exitCode !== null) await this.stop();
    return verdict;
  }

  /** Switched on before anything is loaded. */
  loadWith(mutant: string): Promise<Verdict> {
    return runWorker<Verdict>(WORKER, this.#arguments, mutant);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) await endWorker(child);
  }
}
