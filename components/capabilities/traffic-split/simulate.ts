/** A traffic split, acted out: each destination has its part of the draw, in the order of the list. */
import type { DestinationIr, SplitIr } from "./ir.ts";

export interface Part {
  readonly destination: DestinationIr;
  readonly interval: { readonly from: number; readonly to: number; readonly of: number };
}

/** With a draw, the one part that it falls into. */
export function partsOf({ destinations }: SplitIr, random: number | undefined): readonly Part[] {
  const of = destinations.reduce((sum, { weight }) => sum + weight, 0);
  let from = 0;
  const parts = destinations.map((destination) => {
    const to = from + destination.weight;
    const part = { destination, interval: { from, to, of } };
    from = to;
    return part;
  });
  return random === undefined ? parts : parts.filter(({ interval }) => isIn(interval, random * of));
}

const isIn = ({ from, to }: Part["interval"], at: number): boolean => at >= from && at < to;
