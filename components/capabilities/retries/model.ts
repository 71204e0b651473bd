/** Retries, as users write them on a route: `retries`. */
import type { Duration } from "../../values/duration.ts";

/** When a try counts as failed. The first three are safe for every method: the service has not begun to work on the request. */
export type RetryCondition =
  | "connect-failure"
  | "refused-stream"
  | "reset-before-request"
  | "5xx"
  | "gateway-error"
  | "reset"
  | "retriable-4xx"
  | "cancelled"
  | "deadline-exceeded"
  | "internal"
  | "resource-exhausted"
  | "unavailable";

/** Waiting between tries: random, growing from `base` up to `max`. */
export type BackOff = {
  /** @default 25ms */
  readonly base?: Duration | undefined;
  /** @default ten times `base` */
  readonly max?: Duration | undefined;
};

/**
 * Tries again when a request failed, at most `attempts` times beyond the first try.
 *
 * @engines envoy `RetryPolicy` · istio `VirtualService.http[].retries` · linkerd `retry.linkerd.io/*` · consul `numRetries, retryOn`
 * @source engines.md A, Retries
 */
export type RetryFields = {
  /** @unit further tries, 0 to 10; 0 switches retries off @default 2 */
  readonly attempts?: number | undefined;
  /** @default connect-failure, refused-stream, reset-before-request; on grpc ports also unavailable */
  readonly on?: readonly RetryCondition[] | undefined;
  /** Further statuses that count as failures. @unit HTTP status, 400 to 599 */
  readonly statuses?: readonly number[] | undefined;
  /**
   * The methods that may be repeated. Only asked where a condition lets a request fail after the service began to work on it.
   *
   * @default GET, HEAD, OPTIONS, PUT, DELETE, TRACE (RFC 9110 9.2.2); every method on grpc ports
   */
  readonly methods?: readonly string[] | undefined;
  readonly backOff?: BackOff | undefined;
};
