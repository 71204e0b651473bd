/** From the rules of one route to what they ask and do, where requests come in by one entrance. */

import type { Cursor } from "../../contract/cursor.ts";
import type { Duration } from "../../values/duration.ts";
import type { Cluster, RouteObject } from "./cluster.ts";
import { notExpressible } from "./codes.ts";
import { type Entrance, type Filtered, filtered } from "./filters.ts";
import { type Asked, askedByGrpc, askedByHttp } from "./matches.ts";
import type { BackendRef, Filter, HttpRule } from "./objects.ts";
import { type Backend, backendOf, type Services } from "./services.ts";

/** One alternative of one rule. */
export interface Alternative {
  /** Of the route, the rule and the alternative. */
  readonly name: string;
  readonly asked: Asked;
  readonly does: Action;
}

/** The fields of a route of a mesh, but for what it asks. */
export interface Action extends Filtered {
  readonly to?: { readonly kind: "service"; readonly service: string; readonly port: string };
  readonly respond?: { readonly status: number };
  readonly timeout?: Duration | "none";
  readonly perTryTimeout?: Duration;
  readonly retries?: {
    readonly attempts?: number;
    readonly statuses?: readonly number[];
    readonly backOff?: { readonly base: Duration };
  };
}

export interface Around {
  readonly cluster: Cluster;
  readonly services: Services;
}

type AnyRule = Omit<HttpRule, "matches">;

export function alternativesOf(route: RouteObject, entrance: Entrance, around: Around): readonly Alternative[] {
  const { metadata, spec } = route.object;
  const asked = askedBy(route);
  return ((spec.rules ?? []) as readonly AnyRule[]).flatMap((rule, index) => {
    const at = route.at.at("spec").at("rules").at(index);
    const does = actionOf(rule, route, entrance, around, at);
    return (asked[index] ?? []).map((one, position, all) => ({
      name: [metadata.name, rule.name ?? String(index + 1), ...(all.length > 1 ? [String(position + 1)] : [])].join(
        "-",
      ),
      asked: one,
      does,
    }));
  });
}

/** By rule, what each alternative asks; a rule without matches asks nothing. */
function askedBy({ kind, object }: RouteObject): readonly (readonly Asked[])[] {
  const orAny = <T>(matches: readonly T[] | undefined): readonly (T | Record<never, never>)[] =>
    matches === undefined || matches.length === 0 ? [{}] : matches;
  return kind === "HTTPRoute"
    ? (object.spec.rules ?? []).map(({ matches }) => orAny(matches).map(askedByHttp))
    : (object.spec.rules ?? []).map(({ matches }) => orAny(matches).map(askedByGrpc));
}

function actionOf(rule: AnyRule, route: RouteObject, entrance: Entrance, around: Around, at: Cursor): Action {
  const { filters = [], backendRefs = [] } = rule;
  const isRedirect = filters.some(({ requestRedirect }) => requestRedirect !== undefined);
  const backend = isRedirect ? undefined : backendFor(backendRefs, route, around, at);
  return {
    ...filtered([...filters, ...filtersOf(backend)], entrance, at.at("filters")),
    ...(backend && { to: { kind: "service", service: backend.service.key, port: backend.port.name } }),
    ...(backend === undefined && !isRedirect && { respond: { status: 500 } }),
    ...(backend && timesOf(rule, at)),
  };
}

const filtersOf = (backend: Backend | undefined): readonly Filter[] => backend?.ref.filters ?? [];

/** The only backend that gets requests; none, where all that would are not there. */
function backendFor(
  refs: readonly BackendRef[],
  route: RouteObject,
  { cluster, services }: Around,
  at: Cursor,
): Backend | undefined {
  const weighty = refs.filter(({ weight = 1 }) => weight > 0);
  const found = weighty.map((ref) =>
    backendOf(ref, route, cluster, services, at.at("backendRefs").at(refs.indexOf(ref))),
  );
  const there = found.filter((one) => one !== undefined);
  if (there.length > 0 && found.length > 1)
    at.at("backendRefs").fail(notExpressible, { feature: "weights between Services" });
  return there[0];
}

function timesOf({ timeouts, retry }: AnyRule, at: Cursor): Action {
  const request = lengthOf(timeouts?.request, at.at("timeouts").at("request"));
  const perTry = lengthOf(timeouts?.backendRequest, at.at("timeouts").at("backendRequest"));
  const base = lengthOf(retry?.backoff, at.at("retry").at("backoff"));
  return {
    ...(request && { timeout: request }),
    ...(perTry && perTry !== "none" && { perTryTimeout: perTry }),
    ...(retry && {
      retries: {
        ...(retry.attempts !== undefined && { attempts: retry.attempts }),
        ...(retry.codes && { statuses: retry.codes }),
        ...(base && base !== "none" && { backOff: { base } }),
      },
    }),
  };
}

const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** "1h10m", "500ms"; zero switches a limit off (GEP-2257). */
function lengthOf(written: string | undefined, at: Cursor): Duration | "none" | undefined {
  if (written === undefined) return undefined;
  if (!/^(?:\d{1,5}(?:h|ms|m|s)){1,4}$/.test(written))
    return at.fail(notExpressible, { feature: `the duration ${written}` });
  const parts = [...written.matchAll(/(\d+)(h|ms|m|s)/g)];
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS], 0);
  return total === 0 ? "none" : `${total}ms`;
}
