/** Where a route sends its requests, as users write it: `to`. */

/** Shares of a service's versions, in any whole numbers: 90 and 10 are the same as 9 and 1. */
export type Weights<V extends string> = [V] extends [never] ? never : { readonly [K in V]?: number };

/** Another service, all of it, one version of it, or a split between its versions. */
export type ToService<S extends string = string, V extends string = string> = {
  readonly kind: "service";
  readonly service: S;
  /** The port, where the service has several. */
  readonly port?: string | undefined;
  readonly versions?: Readonly<Record<V, number>> | undefined;
};

/** @example to: toService("checkout", { v2: 100 }) */
export const toService = <const S extends string, const V extends string = never>(
  service: S,
  versions?: Readonly<Record<V, number>>,
): ToService<S, V> => ({ kind: "service", service, ...(versions === undefined ? {} : { versions }) });

/** The rows of the support table: what `to` can say. */
export type SplitFields = {
  /**
   * A version, weights of versions, or another service.
   *
   * @default the service itself, all versions alike
   * @engines envoy `RouteAction.cluster`, `weighted_clusters` · istio `VirtualService.http[].route[].destination, weight`
   * @source engines.md A, Weighted split
   */
  readonly to?: unknown;
};
