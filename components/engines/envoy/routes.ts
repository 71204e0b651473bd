/** Routes: the fragments of a route's slices → Envoy's `Route`; the routes of a table → a virtual host. */
import type { RouteIr, ServiceId } from "../../ir/mesh-ir.ts";
import type { Json, JsonObject } from "../../values/json.ts";
import { Fragments } from "./fragments.ts";
import type { HttpFilterId } from "./order.ts";
import type { EnvoyFragment } from "./slots.ts";

/** What the passes know: the fragments of all slices of a route. */
export type RenderRoute = (route: RouteIr) => readonly EnvoyFragment[];

export interface EnvoyRoute {
  readonly ir: RouteIr;
  readonly fragments: Fragments;
  readonly required: readonly HttpFilterId[];
}

export function envoyRoute(ir: RouteIr, render: RenderRoute): EnvoyRoute {
  const fragments = new Fragments(render(ir));
  return { ir, fragments, required: fragments.required() };
}

/** As Envoy reads it. */
export function routeMessage({ ir, fragments }: EnvoyRoute): JsonObject {
  const match: Record<string, Json> = { ...fragments.get("route.path") };
  setList(match, "headers", fragments.list("route.headerMatchers"));
  setList(match, "query_parameters", fragments.list("route.queryMatchers"));
  setList(match, "cookies", fragments.list("route.cookieMatchers"));
  const value: Record<string, Json> = { name: ir.name, match, ...action(fragments) };
  const perFilter = fragments.perFilterConfig();
  if (perFilter !== undefined) value.typed_per_filter_config = perFilter;
  setList(value, "request_headers_to_add", fragments.list("route.requestHeadersToAdd"));
  setList(value, "request_headers_to_remove", fragments.list("route.requestHeadersToRemove"));
  setList(value, "response_headers_to_add", fragments.list("route.responseHeadersToAdd"));
  setList(value, "response_headers_to_remove", fragments.list("route.responseHeadersToRemove"));
  return value;
}

function setList(message: Record<string, Json>, name: string, values: readonly Json[]): void {
  if (values.length > 0) message[name] = values;
}

function action(fragments: Fragments): JsonObject {
  const redirect = fragments.get("route.redirect");
  if (redirect !== undefined) return { redirect };
  const answer = fragments.get("route.directResponse");
  if (answer !== undefined) return { direct_response: answer };
  const route: Record<string, Json> = { ...fragments.get("route.forward") };
  const timeout = fragments.get("route.timeout");
  if (timeout !== undefined) route.timeout = timeout;
  const retryPolicy = fragments.get("route.retryPolicy");
  if (retryPolicy !== undefined) route.retry_policy = retryPolicy;
  return { route: Object.assign(route, fragments.get("route.pathRewrite"), fragments.get("route.hostRewrite")) };
}

/** The routes that a caller sees: those for everybody, and those for it alone where it has some. */
export const visibleTo = (routes: readonly EnvoyRoute[], caller: ServiceId | undefined): readonly EnvoyRoute[] =>
  routes.filter(({ ir: { matching } }) => matching.source === undefined || matching.source === caller);
