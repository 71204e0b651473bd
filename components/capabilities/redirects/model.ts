/** Redirects, as users write them on a route: `redirect`. */

/**
 * Answers with another address instead of asking a service. What is not given stays as the client asked it, but for the port of a new `host`; the query is kept.
 *
 * @engines envoy `Route.redirect` · istio `VirtualService.http[].redirect` · linkerd `RequestRedirect` filter
 * @source engines.md A, URL rewrite / redirect; RedirectAction v3 (Envoy 1.40)
 */
export type RedirectFields = {
  readonly scheme?: "http" | "https" | undefined;
  /** Host name without port. The port that the client asked does not go along: give `port` where the new host needs one. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** The whole new path. Not together with `prefix`. */
  readonly path?: string | undefined;
  /** Replaces the prefix that the route matched. Not together with `path`. */
  readonly prefix?: string | undefined;
  /** @unit HTTP status @default 302 */
  readonly status?: 301 | 302 | 303 | 307 | 308 | undefined;
};
