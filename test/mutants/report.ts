/** What a run came to: how many mutants were killed, which survived, and whether the list of known survivors is still true. */
import type { Mutant } from "./mutant.ts";
import { isOf, oneLine, type Survivor } from "./survivors.ts";

/** What killed a mutant; `undefined` where nothing did. */
export type Results = ReadonlyMap<Mutant, string | undefined>;

export interface Judgement {
  readonly killed: number;
  readonly tried: number;
  /** Of the survivors, those that nobody could kill. */
  readonly equivalent: number;
  readonly unlisted: readonly Mutant[];
  readonly listed: readonly Mutant[];
  /** Killed by now, or no mutant any more. */
  readonly stale: readonly Survivor[];
}

/** @param made all mutants of the files, of which a sample may have been tried */
export function judge(results: Results, made: readonly Mutant[], known: readonly Survivor[]): Judgement {
  const tried = [...results.keys()];
  const survivors = tried.filter((mutant) => results.get(mutant) === undefined);
  const listingOf = (mutant: Mutant) => known.find((one) => isOf(one, mutant));
  const listed = survivors.filter(listingOf);
  // Twins of one text may stand at several places, of which one survives.
  const isStale = (one: Survivor) => {
    const same = made.filter((mutant) => isOf(one, mutant));
    return same.every((mutant) => results.get(mutant) !== undefined);
  };
  const files = new Set(made.map(({ file }) => file));
  return {
    killed: tried.length - survivors.length,
    tried: tried.length,
    equivalent: listed.filter((mutant) => listingOf(mutant)?.equivalent).length,
    unlisted: survivors.filter((mutant) => !listed.includes(mutant)),
    listed,
    stale: known.filter((one) => files.has(one.file) && isStale(one)),
  };
}

/** Of those that can be killed. */
export const shareKilled = ({ killed, tried, equivalent }: Judgement): number => killed / (tried - equivalent);

export function formatJudgement(judgement: Judgement): string {
  const { killed, tried, equivalent, unlisted, listed, stale } = judgement;
  return [
    ...unlisted.map((mutant) => `survives           ${formatMutant(mutant)}`),
    ...stale.map(({ file, original, replacement }) => `listed, yet killed ${file}  ${original}  =>  ${replacement}`),
    `${killed} of ${tried} mutants killed (${percent(killed / tried)}), ${listed.length} survivors explained, ${unlisted.length} not`,
    `${killed} of ${tried - equivalent} (${percent(shareKilled(judgement))}) without the ${equivalent} that no behaviour can tell from the original`,
  ].join("\n");
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const formatMutant = ({ file, line, original, replacement }: Mutant): string =>
  `${file}:${line}  ${oneLine(original)}  =>  ${oneLine(replacement)}`;

/** By file: killed and tried. */
export function formatFiles(results: Results): string {
  const counts = new Map<string, { killed: number; tried: number }>();
  for (const [{ file }, killedBy] of results) {
    const { killed, tried } = counts.get(file) ?? { killed: 0, tried: 0 };
    counts.set(file, { killed: killed + (killedBy === undefined ? 0 : 1), tried: tried + 1 });
  }
  return [...counts].map(([file, { killed, tried }]) => `${`${killed}/${tried}`.padStart(9)}  ${file}`).join("\n");
}
