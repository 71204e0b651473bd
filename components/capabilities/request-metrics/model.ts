/** Request metrics, as users write them for a mesh, a service or a gateway: `metrics`. */

/**
 * What a proxy counts, in Prometheus format. Each proxy keeps only these series: proxies count thousands of things that nobody reads.
 *
 * - `requests`: requests, statuses and durations by called service and version, and those that the proxy itself received
 * - `connections`: connections, their failures and bytes, and what access did, for ports that do not speak HTTP
 *
 * @engines envoy `stats_config.stats_matcher` and `/stats/prometheus` · istio `Telemetry.metrics` · linkerd, consul always on
 * @source engines.md A, Metrics; performance.md finding 6
 */
export type RequestMetricsFields = {
  /** @default true */
  readonly requests?: boolean | undefined;
  /** @default true */
  readonly connections?: boolean | undefined;
};
