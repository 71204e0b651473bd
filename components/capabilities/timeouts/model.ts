/** Timeouts, as users write them on a route. */
import type { Duration } from "../../values/duration.ts";

export type TimeoutFields = {
  /**
   * How long the caller's proxy waits for the whole answer, retries included; then the caller gets 504.
   * `"none"` is for streams that stay open.
   *
   * @default 15s; none on grpc ports, whose callers send their own deadlines
   * @engines envoy `RouteAction.timeout` · istio `VirtualService.http[].timeout`
   */
  readonly timeout?: Duration | "none" | undefined;
  /**
   * How long one try may take before it counts as failed.
   *
   * @default none: one try may use the whole timeout
   * @errors MW2260 longer than the timeout
   * @engines envoy `RetryPolicy.per_try_timeout` · istio `retries.perTryTimeout`
   */
  readonly perTryTimeout?: Duration | undefined;
};
