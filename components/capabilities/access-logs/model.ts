/** Access logs, as users write them for a mesh, a service or a gateway: `accessLogs`. */

/**
 * One JSON line per request on the proxy's standard output: time, caller, authority, method, path without its query, status,
 * flags, duration, bytes, request id. Bodies, queries, cookies and other headers are never logged.
 *
 * @engines envoy `access_log[]` · istio `Telemetry.accessLogging` · linkerd `config.linkerd.io/access-log` · consul `ProxyDefaults.accessLogs`
 * @source engines.md A, Access logs
 */
export type AccessLogsFields = {
  /**
   * Which requests are logged. Errors are statuses of 500 and above, and refused requests.
   *
   * @default "errors": logging every request can double a proxy's cost (performance.md 1c)
   */
  readonly requests?: "all" | "errors" | "none" | undefined;
};
