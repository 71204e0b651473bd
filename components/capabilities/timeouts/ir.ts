/** Timeouts in the IR: always there. */
import type { Milliseconds } from "../../values/duration.ts";

export interface TimeoutsIr {
  /** `null`: as long as it takes. */
  readonly request: Milliseconds | null;
  readonly perTry?: Milliseconds;
}
