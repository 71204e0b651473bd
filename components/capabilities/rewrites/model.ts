/** Rewrites, as users write them on a route: `rewrite`. */

/**
 * Changes what the service sees. Matching looks at the request as the caller sent it; the rewrite comes afterwards.
 *
 * @engines envoy `RouteAction.prefix_rewrite, regex_rewrite, host_rewrite_literal` · istio `VirtualService.http[].rewrite`
 * @source engines.md A, URL rewrite / redirect
 */
export type RewriteFields = {
  /** The whole new path; the query is kept. Not together with `prefix`. */
  readonly path?: string | undefined;
  /** Replaces the prefix that the route matched; `/` removes it. Not together with `path`. */
  readonly prefix?: string | undefined;
  /** The authority that the service sees. */
  readonly host?: string | undefined;
};
