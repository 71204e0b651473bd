/** Shares of traffic: what was drawn, against the intervals that verdicts name. */
import type { Verdict } from "../../../components/simulate/verdict.ts";
import { WHOLE } from "../../../components/values/percent.ts";
import type { Drawn } from "./compare.ts";

interface Tally {
  /** What can happen, each with its share of one. */
  readonly shares: readonly number[];
  readonly counts: number[];
}

/** The worst of the single tests is asked for this, the sum of all of them for the other: standard deviations of a normal. */
export const WORST_OF_ONE = 6;
export const WORST_OF_ALL = 5;

export interface ChanceReport {
  readonly tests: number;
  readonly draws: number;
  /** @unit standard deviations */
  readonly sum: number;
  readonly worst: { readonly what: string; readonly deviation: number };
}

export class Chances {
  readonly #tallies = new Map<string, Tally>();

  /** @param place the mesh and its route: what is drawn there is drawn alike */
  add(place: string, { abort, outcome }: Verdict, drawn: Drawn): void {
    if (abort !== undefined) this.#count(`${place} abort`, twoShares(abort.share / WHOLE), drawn.aborted ? 0 : 1);
    if (outcome.kind !== "forward" || outcome.destinations.length < 2 || drawn.destination === undefined) return;
    const shares = outcome.destinations.map(({ interval: { from, to, of } }) => (to - from) / of);
    this.#count(`${place} split`, shares, drawn.destination);
  }

  /** Chi-square of every place with enough draws, each as the deviation of a normal (Wilson and Hilferty 1931), and of their sum. */
  report(): ChanceReport {
    let statistic = 0;
    let freedom = 0;
    let tests = 0;
    let draws = 0;
    let worst = { what: "none", deviation: Number.NEGATIVE_INFINITY };
    for (const [what, { shares, counts }] of this.#tallies) {
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (shares.some((share) => share * total < LEAST_EXPECTED)) continue;
      const own = shares.reduce(
        (sum, share, index) => sum + ((counts[index] ?? 0) - share * total) ** 2 / (share * total),
        0,
      );
      statistic += own;
      freedom += shares.length - 1;
      tests++;
      draws += total;
      const deviation = asNormal(own, shares.length - 1);
      if (deviation > worst.deviation) worst = { what: `${what} ${counts.join("/")} of ${total}`, deviation };
    }
    return { tests, draws, sum: tests === 0 ? 0 : asNormal(statistic, freedom), worst };
  }

  #count(key: string, shares: readonly number[], index: number): void {
    let tally = this.#tallies.get(key);
    if (tally === undefined) this.#tallies.set(key, (tally = { shares, counts: shares.map(() => 0) }));
    tally.counts[index] = (tally.counts[index] ?? 0) + 1;
  }
}

/** Below five expected draws a chi-square says little (Cochran 1954). */
const LEAST_EXPECTED = 5;

const twoShares = (share: number): readonly number[] => [share, 1 - share];

const asNormal = (statistic: number, freedom: number): number => {
  const spread = 2 / (9 * freedom);
  return ((statistic / freedom) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread);
};
