/** Routes: the fragments of a route's slices → Istio's `HTTPRoute`s, in deciding order. Mostly one, sometimes more. */
import type { DestinationIr } from "../../capabilities/traffic-split/ir.ts";
import type { RouteIr, ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";
import type { Json, JsonObject } from "../../values/json.ts";
import { Fragments } from "./fragments.ts";
import { hostOf, placeOf } from "./names.ts";
import { present } from "./objects.ts";
import { oneOfTexts } from "./resources.ts";
import type { IstioFragment } from "./slots.ts";
import type { Workloads } from "./workloads.ts";

/** What a route needs to know about other services. */
export interface RouteContext {
  readonly services: ReadonlyMap<ServiceId, ServiceIr>;
  readonly workloads: Workloads;
  /** What the passes know: the fragments of all slices of a route. */
  readonly render: (route: RouteIr) => readonly IstioFragment[];
}

/** `port`: the one that the routes are for, where the host has several. */
export function httpRoutes(route: RouteIr, context: RouteContext, port?: number): readonly JsonObject[] {
  const fragments = new Fragments(context.render(route));
  const action = actionOf(fragments, context);
  // What the route did was accepted as a loss: requests go on to the next route.
  if (!ACTIONS.some((slot) => fragments.get(slot) !== undefined)) return [];
  return byUri(fragments).flatMap(({ uris, redirect }) =>
    byMethod(fragments).map(({ methods, retries }) => {
      const matches = matchesOf(fragments, { uris, methods, port }, context);
      return present({
        name: route.name,
        match: matches,
        ...action,
        redirect,
        retries,
      });
    }),
  );
}

const ACTIONS = ["route.destinations", "route.redirect", "route.directResponse"] as const;

/** The paths that share one redirect. Istio replaces a prefix by text, so a whole segment and what is below it need two. */
function byUri(fragments: Fragments) {
  const uris = fragments.get("match.uri");
  const redirects = fragments.get("route.redirect");
  if (uris === undefined || redirects === undefined || redirects.length < 2)
    return [{ uris, redirect: redirects?.[0] }];
  return redirects.map((redirect, index) => ({ uris: uris.slice(index, index + 1), redirect }));
}

interface ByMethod {
  readonly methods: readonly string[] | undefined;
  readonly retries: JsonObject | undefined;
}

/** A route that repeats some methods is two: those methods with retries, and after it the others without. */
function byMethod(fragments: Fragments): readonly ByMethod[] {
  const asked = fragments.get("match.method");
  const retries = fragments.get("route.retries");
  if (retries?.repeated === undefined) return [{ methods: asked, retries: retries?.policy }];
  const { repeated, others } = divided(asked, retries.repeated);
  return [
    ...(repeated.length > 0 ? [{ methods: repeated, retries: retries.policy }] : []),
    ...(others?.length === 0 ? [] : [{ methods: others, retries: retries.once }]),
  ];
}

function divided(asked: readonly string[] | undefined, methods: readonly string[]) {
  if (asked === undefined) return { repeated: methods, others: undefined };
  return {
    repeated: asked.filter((method) => methods.includes(method)),
    others: asked.filter((method) => !methods.includes(method)),
  };
}

interface Asked {
  readonly uris: readonly JsonObject[] | undefined;
  readonly methods: readonly string[] | undefined;
  readonly port: number | undefined;
}

/** `HTTPRoute.match`: one of the entries must hold as a whole. Absent where nothing is asked. */
function matchesOf(fragments: Fragments, { uris, methods, port }: Asked, context: RouteContext): Json | undefined {
  const asked = present({
    method: methods && oneOfTexts(methods),
    authority: fragments.get("match.authority"),
    headers: fragments.record("match.headers"),
    withoutHeaders: fragments.record("match.withoutHeaders"),
    queryParams: fragments.record("match.queryParams"),
    port,
  });
  const sources = sourcesOf(fragments.get("match.source"), context);
  const matches = (uris ?? [undefined]).flatMap((uri) =>
    sources.map((source): JsonObject => ({ ...(uri && { uri }), ...asked, ...source })),
  );
  return matches.some((match) => Object.keys(match).length === 0) ? undefined : matches;
}

/** Labels alone could be those of a pod in another namespace. */
function sourcesOf(source: ServiceId | undefined, { workloads }: RouteContext): readonly JsonObject[] {
  if (source === undefined) return [{}];
  const { namespace } = placeOf(source);
  return (workloads.get(source) ?? []).map(({ labels }) => ({ sourceLabels: labels, sourceNamespace: namespace }));
}

function actionOf(fragments: Fragments, context: RouteContext): Readonly<Record<string, Json | undefined>> {
  const rewrite = present({
    uriRegexRewrite: fragments.get("route.pathRewrite"),
    authority: fragments.get("route.hostRewrite"),
  });
  return {
    route: fragments.get("route.destinations")?.map((one, _, all) => routeDestination(one, all.length, context)),
    directResponse: fragments.get("route.directResponse"),
    rewrite: Object.keys(rewrite).length === 0 ? undefined : rewrite,
    headers: fragments.get("route.headers"),
    fault: fragments.get("route.fault"),
    timeout: fragments.get("route.timeout"),
  };
}

function routeDestination(to: DestinationIr, count: number, { services }: RouteContext): JsonObject {
  const { version, weight } = to;
  return {
    destination: {
      host: hostOf(placeOf(to.service)),
      ...(version === undefined ? {} : { subset: version }),
      port: { number: portNumber(to, services) },
    },
    ...(count === 1 ? {} : { weight }),
  };
}

/** References were resolved while the mesh was compiled: a port that is not there is our own bug. */
export function portNumber(
  { service, port }: Pick<DestinationIr, "service" | "port">,
  services: RouteContext["services"],
): number {
  const found = services.get(service)?.ports.find(({ name }) => name === port);
  if (found === undefined) throw new Error(`MW9001 ${service} has no port ${port}`);
  return found.number;
}
