/**
 * Tests of faults, which are drawn anew for each seed: whatever befalls, each must end well.
 *
 *   MESHWRIGHT_FAULT_SEEDS  how many seeds for each fault; 1 unless told
 *   MESHWRIGHT_SEED         the first of them: replays a run
 */
import { Random } from "./random.ts";
import { seed } from "./seed.ts";

const SEEDS = Number(process.env.MESHWRIGHT_FAULT_SEEDS ?? 1);
/** For titles. */
export const ALL = `${SEEDS} of ${SEEDS}`;

export interface Trial {
  readonly seed: number;
  readonly random: Random;
}

/** `befall` tells what was drawn, for the output. */
export function eachSeed(title: string, befall: (trial: Trial) => Promise<string>): void {
  it(title, async function () {
    this.timeout(0);
    for (let number = seed; number < seed + SEEDS; number++) {
      const note = await befall({ seed: number, random: new Random(number) }).catch((error) => {
        console.log(`        MESHWRIGHT_SEED=${number} shows it again`);
        throw error;
      });
      console.log(`        seed ${number}: ${note}`);
    }
  });
}
