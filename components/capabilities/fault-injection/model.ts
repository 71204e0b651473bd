/** Fault injection, as users write it on a route: `fault`. */
import type { Duration } from "../../values/duration.ts";
import type { Percent } from "../../values/percent.ts";

/** Answers a share of requests without asking the service. */
export type Abort = {
  /**
   * The HTTP status of the answer.
   *
   * @unit HTTP status, 200 to 599
   * @engines envoy `HTTPFault.abort.http_status` · istio `VirtualService.http[].fault.abort.httpStatus`
   */
  readonly status: number;
  /**
   * Share of the route's requests that are aborted.
   *
   * @unit percent, above 0 and up to 100 (5 means 5 %, not 0.05)
   * @default 100 %
   */
  readonly percent?: Percent | undefined;
};

/** Holds back a share of requests before they go on to the service. */
export type Delay = {
  /** How long a request is held. @unit duration, 1 ms or more */
  readonly for: Duration;
  /** Share of the route's requests that are delayed. @default 100 % */
  readonly percent?: Percent | undefined;
};

/**
 * Faults that the caller's proxy injects on this route, to see how callers cope.
 *
 * A fault acts once per request, before timeouts and retries: an abort is not retried, and a delay does not count against the timeout.
 * Where both are given they are drawn independently: a request may be delayed and then aborted.
 *
 * @source engines.md A, Fault injection; HTTPFault v3 (Envoy 1.40)
 */
export type FaultFields = {
  readonly abort?: Abort | undefined;
  readonly delay?: Delay | undefined;
};
