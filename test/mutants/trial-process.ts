/** A process that tries mutants: it loads what can kill them once and switches them on one after the other. */
import type { ChildProcess } from "node:child_process";
import type { Coverage } from "./switch.ts";
import { endWorker, HUNG, isOver, nextMessage, runWorker, startWorker } from "./worker-process.ts";

export interface Ask {
  readonly mutant: string;
  /** Titles of tests: no other ones are run. */
  readonly tests?: readonly string[] | undefined;
}

/** What killed the mutant that was asked about. */
export interface Verdict {
  readonly killedBy: string | undefined;
}

/** Why nobody can say what would kill it. */
export interface NoVerdict {
  readonly cannotTell: string;
}

export class TrialProcess {
  readonly #worker: string;
  readonly #arguments: readonly string[];
  readonly #patience: number;
  #child: ChildProcess | undefined;

  /**
   * @param worker a file beside this one, which says first what it covers, then a verdict for each ask
   * @param patience for one answer, on a busy machine. @unit milliseconds
   */
  constructor(worker: string, args: readonly string[], patience: number) {
    this.#patience = patience;
    this.#worker = worker;
    this.#arguments = args;
  }

  /** What is covered without any mutant. @throws where something fails even so */
  async coverage(): Promise<Coverage> {
    await this.stop();
    this.#child = startWorker(this.#worker, this.#arguments);
    const said = told(await nextMessage<Coverage | NoVerdict>(this.#child, this.#patience));
    if ("killedBy" in said) throw new Error(`fails without any mutant: ${said.killedBy}`);
    return said;
  }

  /** Switched on where everything is loaded already. */
  async switchOn(ask: Ask): Promise<Verdict> {
    if (this.#child === undefined) await this.coverage();
    const child = this.#child as ChildProcess;
    child.send(ask);
    const said = await nextMessage<Verdict | NoVerdict>(child, this.#patience);
    if (said !== HUNG && !isOver(child)) return told<Verdict>(said);
    // What was tried before may have worn it out: the mutant alone must end a process, too.
    await this.stop();
    return this.loadWith(ask.mutant);
  }

  /** Switched on before anything is loaded. */
  async loadWith(mutant: string): Promise<Verdict> {
    return told<Verdict>(await runWorker<Verdict | NoVerdict>(this.#worker, this.#arguments, this.#patience, mutant));
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) await endWorker(child);
  }
}

function told<T extends object>(said: T | NoVerdict): T {
  if ("cannotTell" in said) throw new Error(said.cannotTell);
  return said;
}
