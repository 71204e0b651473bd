/** Direct responses, as users write them on a route: `respond`. */

/**
 * The proxy answers by itself.
 *
 * @engines envoy `Route.direct_response` · istio `VirtualService.http[].directResponse`
 * @source engines.md B1 and DirectResponseAction v3 (Envoy 1.40)
 */
export type DirectResponseFields = {
  /** @unit HTTP status, 200 to 599 */
  readonly status: number;
  /** Text of at most 4,096 bytes, sent as text/plain. @default nothing */
  readonly body?: string | undefined;
};
