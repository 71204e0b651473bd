/** Asks from inside a container of a pod that runs. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { SocketAddress } from "../../../components/engines/envoy/placement.ts";
import type { Seen } from "../../../components/local/ask.ts";
import type { Probe } from "../../../components/local/probe.ts";
import type { Answer, Question } from "./ask-main.ts";
import type { Node } from "./node.ts";
import { ASK } from "./stand-in.ts";

export class Asker {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting = new Map<number, { resolve(seen: Seen): void; reject(error: Error): void }>();
  #asked = 0;
  #said = "";

  /** `container`: its id at the runtime. */
  constructor(node: Node, container: string) {
    const [program, args] = node.command(container, ...ASK);
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.#said += text));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      const { id, seen } = JSON.parse(line) as Answer;
      this.#waiting.get(id)?.resolve(seen);
      this.#waiting.delete(id);
    });
    this.#child.once("close", (code) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`whoever asks in the pod ended with code ${String(code)}: ${this.#said}`));
    });
  }

  ask(address: SocketAddress, probe: Probe): Promise<Seen> {
    const question: Question = { id: this.#asked++, address, probe };
    return new Promise((resolve, reject) => {
      if (this.#child.exitCode !== null) reject(new Error(`whoever asks in the pod has ended: ${this.#said}`));
      this.#waiting.set(question.id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.stdin.end();
    await closed;
  }
}
