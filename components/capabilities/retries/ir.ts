/** Retries in the IR: always there, always explicit; engines have defaults of their own that must not show through. */
import type { Milliseconds } from "../../values/duration.ts";
import type { RetryCondition } from "./model.ts";

export interface RetriesIr {
  /** Further tries; 0 is none. */
  readonly attempts: number;
  readonly on: readonly RetryCondition[];
  readonly statuses: readonly number[];
  /** Absent: every method. */
  readonly methods?: readonly string[];
  readonly backOff: { readonly base: Milliseconds; readonly max: Milliseconds };
}
