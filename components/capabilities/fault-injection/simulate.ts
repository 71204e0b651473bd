/** Faults, acted out: the delay first, then the abort, each drawn for itself. */
import type { Milliseconds } from "../../values/duration.ts";
import { type PartsPerMillion, WHOLE } from "../../values/percent.ts";
import type { FaultIr } from "./ir.ts";

export interface Faults {
  readonly delay?: { readonly length: Milliseconds; readonly share: PartsPerMillion } | undefined;
  readonly abort?: { readonly status: number; readonly share: PartsPerMillion } | undefined;
}

/** With a draw a fault happens to the whole request or not at all; without one its share stays a share. */
export function simulateFault({ delay, abort }: FaultIr, random: number | undefined): Faults {
  return { delay: delay && drawn(delay, random), abort: abort && drawn(abort, random) };
}

function drawn<F extends { readonly share: PartsPerMillion }>(fault: F, random: number | undefined): F | undefined {
  if (random === undefined || fault.share === WHOLE) return fault;
  return random * WHOLE < fault.share ? { ...fault, share: WHOLE } : undefined;
}
