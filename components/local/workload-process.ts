/** The process that hosts the stand-in workloads of a run, as the runner sees it: takes lists, says when it serves them. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { READY, workloadArguments } from "./workload.ts";
import type { WorkloadsSpec } from "./workload-spec.ts";

export class WorkloadProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: Interface;
  /** With its exit code; `null` when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Lists are served one after the other: each answer belongs to the oldest that waits. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(directory: string) {
    this.#child = spawn(process.execPath, workloadArguments(), {
      cwd: directory,
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    this.#child.stdin.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout });
    this.ended = new Promise((resolve) => this.#child.once("exit", resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when exactly this list is served; throws when it cannot be, and then what was served before is served on. */
  serve(spec: WorkloadsSpec): Promise<void> {
    const served = this.#last.then(() => this.#send(spec));
    this.#last = served.catch(() => {});
    return served;
  }

  async #send({ workloads, externals }: WorkloadsSpec): Promise<void> {
    const answered = new Promise<string>((resolve) => this.#answers.once("line", resolve));
    this.#child.stdin.write(`${JSON.stringify({ workloads, externals })}\n`);
    const outcome = await Promise.race([answered, this.ended]);
    if (outcome === READY) return;
    if (typeof outcome === "string") throw new Error(`a stand-in workload cannot listen: ${outcome}`);
    throw new Error(`the stand-in workloads have ended (${outcome ?? "by a signal"}): start \`mesh run\` again`);
  }

  async stop(): Promise<void> {
    this.#child.stdin.end();
    await this.ended;
  }
}
