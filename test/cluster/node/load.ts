/** Steady requests from a pod while something changes: how many were sent, and which were not answered as they should. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Seen } from "../../../components/local/ask.ts";
import { type Report, reportOf, seenText } from "../../../components/testing/live/seen.ts";

const AT_ONCE = 4;

export class Load {
  readonly #send: () => Promise<Seen>;
  readonly #workers: Promise<void>;
  readonly #versions: string[] = [];
  readonly #lost: Seen[] = [];
  #runs = true;

  constructor(send: () => Promise<Seen>) {
    this.#send = send;
    this.#workers = Promise.all(Array.from({ length: AT_ONCE }, () => this.#work())).then(() => {});
  }

  get sent(): number {
    return this.#versions.length + this.#lost.length;
  }

  /** What was seen instead of an answer; empty: nothing was lost. */
  get lost(): string {
    return this.#lost.length === 0 ? "" : seenText(this.#lost);
  }

  /** How many of the last `count` each version answered. */
  share(version: string, count: number): number {
    return this.#versions.slice(-count).filter((one) => one === version).length;
  }

  async untilSent(more: number): Promise<void> {
    const goal = this.sent + more;
    for (const end = Date.now() + 60_000; this.sent < goal && Date.now() < end; ) await sleep(20);
    if (this.sent < goal)
      throw new Error(`${more} requests were not sent in a minute: ${this.sent}, lost: ${this.lost}`);
  }

  async stop(): Promise<void> {
    this.#runs = false;
    await this.#workers;
  }

  async #work(): Promise<void> {
    while (this.#runs) {
      const seen = await this.#send();
      const { version }: Report = reportOf(seen);
      if (seen.status === 200 && typeof version === "string") this.#versions.push(version);
      else this.#lost.push(seen);
    }
  }
}
