/** A traffic split, acted out: each destination has its part of the draw, in the order of the list. */
import type { DestinationIr, SplitIr } from "./ir.ts";

export interface Part {
  readonly destination: DestinationIr;
  readonly interval: { readonly from: number; readonly to: number; readonly of: number };
}

export function partsOf({ destinations }: SplitIr): readonly Part[] {
  const of = destinations.reduce((sum, { weight }) => sum + weight, 0);
  let from = 0;
  return destinations.map((destination) => {
    const to = from + destination.weight;
    const part = { destination, interval: { from, to, of } };
    from = to;
    return part;
  });
}

/** The one part that a draw falls into. */
export const isDrawn = ({ from, to, of }: Part["interval"], random: number): boolean =>
  random * of >= from && random * of < to;
