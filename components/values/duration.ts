/**
 * Durations: written as text with a unit ("2s", "300ms"), held as whole milliseconds.
 * The only place where a duration is parsed or printed.
 */
export type DurationUnit = "ms" | "s" | "m" | "h";

/** A length of time as a user writes it: a number and its unit. A bare number is never a duration. */
export type Duration = `${number}${DurationUnit}`;

/** A length of time inside the compiler, in whole milliseconds. */
export type Milliseconds = number & { readonly "~unit": "ms" };

const MILLISECONDS: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** @example `timeout: ms(300)` is the text "300ms" */
export const ms = (count: number): Duration => `${count}ms`;
/** @example `timeout: seconds(2)` is the text "2s" */
export const seconds = (count: number): Duration => `${count}s`;
export const minutes = (count: number): Duration => `${count}m`;
export const hours = (count: number): Duration => `${count}h`;

/** The longest duration accepted anywhere: a year. It keeps every engine's field in range. */
export const LONGEST = (366 * 24 * 3_600_000) as Milliseconds;

/** Reads "2s", "1.5s", "300ms"; `undefined` for anything else, below a millisecond or beyond a year. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const total = Math.round(Number(count) * MILLISECONDS[unit as DurationUnit] * 1_000) / 1_000;
  return Number.isInteger(total) && total > 0 && total <= LONGEST ? (total as Milliseconds) : undefined;
}

/** The shortest text that says the same: 2000 → "2s", 1500 → "1500ms". */
export function formatDuration(length: Milliseconds): Duration {
  const unit = (["h", "m", "s"] as const).find((candidate) => length % MILLISECONDS[candidate] === 0) ?? "ms";
  return `${length / MILLISECONDS[unit]}${unit}`;
}
