/** Routes: the fragments of a route's slices → Envoy's `Route`; the routes of a table → a virtual host. */
import type { RouteIr, RouteTableIr, ServiceId } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import { Fragments } from "./fragments.ts";
import type { HttpFilterId } from "./order.ts";
import { routesOrTree } from "./route-tree.ts";
import type { EnvoyFragment } from "./slots.ts";

/** What the passes know: the fragments of all slices of a route. */
export type RenderRoute = (route: RouteIr) => readonly EnvoyFragment[];

export interface EnvoyRoute {
  readonly ir: RouteIr;
  readonly value: JsonObject;
  readonly required: ReadonlySet<HttpFilterId>;
}

export function envoyRoute(ir: RouteIr, render: RenderRoute): EnvoyRoute {
  const fragments = new Fragments(render(ir));
  const list = <K extends string, V>(name: K, values: readonly V[]) => (values.length === 0 ? {} : { [name]: values });
  const perFilter = fragments.perFilterConfig();
  const value: JsonObject = {
    name: ir.name,
    match: {
      ...fragments.get("route.path"),
      ...list("headers", fragments.list("route.headerMatchers")),
      ...list("query_parameters", fragments.list("route.queryMatchers")),
      ...list("cookies", fragments.list("route.cookieMatchers")),
    },
    ...action(fragments),
    ...(Object.keys(perFilter).length === 0 ? {} : { typed_per_filter_config: perFilter }),
    ...list("request_headers_to_add", fragments.list("route.requestHeadersToAdd")),
    ...list("request_headers_to_remove", fragments.list("route.requestHeadersToRemove")),
    ...list("response_headers_to_add", fragments.list("route.responseHeadersToAdd")),
    ...list("response_headers_to_remove", fragments.list("route.responseHeadersToRemove")),
  };
  return { ir, value, required: fragments.required };
}

function action(fragments: Fragments): JsonObject {
  const redirect = fragments.get("route.redirect");
  if (redirect !== undefined) return { redirect };
  const answer = fragments.get("route.directResponse");
  if (answer !== undefined) return { direct_response: answer };
  const timeout = fragments.get("route.timeout");
  const retryPolicy = fragments.get("route.retryPolicy");
  return {
    route: {
      ...fragments.get("route.forward"),
      ...(timeout === undefined ? {} : { timeout }),
      ...(retryPolicy === undefined ? {} : { retry_policy: retryPolicy }),
      ...fragments.get("route.pathRewrite"),
      ...fragments.get("route.hostRewrite"),
    },
  };
}

/** The routes that a caller sees: those for everybody, and those for it alone. */
export const visibleTo = (table: RouteTableIr, caller: ServiceId | undefined): readonly RouteIr[] =>
  table.routes.filter(({ matching }) => matching.source === undefined || matching.source === caller);

export const virtualHost = (name: string, domains: readonly string[], routes: readonly EnvoyRoute[]): JsonObject => ({
  name,
  domains,
  ...routesOrTree(routes),
});
