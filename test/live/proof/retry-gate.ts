/**
 * Lets so many requests with failing workloads into a mesh at once as may be repeated at once: Envoy allows three retries at a time
 * for each cluster (CircuitBreakers.Thresholds.max_retries) and gives up on further ones. That is about load, which no verdict knows.
 */
import type { Ask } from "./ask.ts";

const MOST = 3;

export class RetryGate {
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  async during<T>({ answers }: Ask, work: () => Promise<T>): Promise<T> {
    if (answers === undefined) return work();
    if (this.#inside >= MOST) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside++;
    try {
      return await work();
    } finally {
      // The place goes to the next one, or is free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside--;
      else next();
    }
  }
}
