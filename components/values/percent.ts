/**
 * Shares of traffic: written as "5%", held as whole parts per million so that equal shares are equal numbers.
 */
/** A share as a user writes it; 5 means five percent, never 0.05. */
export type Percent = `${number}%`;

/** A share inside the compiler: 50_000 is 5 %. Every engine can express a millionth or says that it cannot. */
export type PartsPerMillion = number & { readonly "~unit": "ppm" };

export const WHOLE = 1_000_000 as PartsPerMillion;

/** @example `percent(5)` is the text "5%" */
export const percent = (share: number): Percent => `${share}%`;

/** Reads "5%" or "0.01%", above 0 and up to 100, in steps of a millionth; otherwise `undefined`. */
export function parsePercent(text: string): PartsPerMillion | undefined {
  const share = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(text)?.[1];
  if (share === undefined) return undefined;
  const parts = Math.round(Number(share) * 10_000);
  return parts > 0 && parts <= WHOLE ? (parts as PartsPerMillion) : undefined;
}

export const formatPercent = (parts: PartsPerMillion): Percent => `${parts / 10_000}%`;
