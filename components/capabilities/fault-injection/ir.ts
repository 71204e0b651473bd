/** Fault injection in the IR: shares are filled in. */
import type { Milliseconds } from "../../values/duration.ts";
import type { PartsPerMillion } from "../../values/percent.ts";

export interface FaultIr {
  readonly abort?: { readonly status: number; readonly share: PartsPerMillion };
  readonly delay?: { readonly length: Milliseconds; readonly share: PartsPerMillion };
}
