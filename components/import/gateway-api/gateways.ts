/** Gateways: which listener serves a name, which routes it admits there, and the gateways of a mesh that come of it. */

import { listen, type Listener as ModelListener } from "../../capabilities/gateways/model.ts";
import type { Cursor } from "../../contract/cursor.ts";
import { byText } from "../../values/order.ts";
import { secretRef } from "../../values/secret-ref.ts";
import { isGateway, labelsOf, mayRefer, namespaceOf, type Placed, type RouteObject } from "./cluster.ts";
import { gatewaySplit, namesListed, notAttached, notExpressible } from "./codes.ts";
import type { Entrance } from "./filters.ts";
import type { GatewayObject, Listener, ParentRef } from "./objects.ts";
import { type Candidate, type Ordered, ordered } from "./precedence.ts";
import { type Around, alternativesOf } from "./rules.ts";
import { type WrittenRoutes, writtenRoutes } from "./written.ts";

export interface WrittenGateway {
  readonly namespace: string;
  readonly name: string;
  readonly listeners: Readonly<Record<string, ModelListener>>;
  readonly routes: WrittenRoutes;
}

/** One port of a Gateway: its listeners, and the routes of every name that they serve. */
interface Door {
  readonly entrance: Entrance;
  readonly listeners: readonly Listener[];
  readonly tables: ReadonlyMap<string, readonly Ordered[]>;
}

/** By key; a Gateway whose ports differ becomes one for each of them. */
export function gatewaysOf(
  placed: Placed<GatewayObject>,
  key: string,
  names: readonly string[],
  around: Around,
): readonly (readonly [string, WrittenGateway])[] {
  const { object, at } = placed;
  const listeners = (object.spec.listeners ?? []).filter((one) => isReadable(one, at));
  const attached = attachmentsOf(placed, listeners, around);
  const known = namesOf(listeners, attached, names);
  const ports = [...new Set(listeners.map(({ port }) => port))];
  const doors = ports.map((port) =>
    doorOf(
      listeners.filter((one) => one.port === port),
      attached,
      known,
      around,
    ),
  );
  sayNames(listeners, doors, at);
  const { name } = object.metadata;
  if (doors.length < 2 || areAlike(doors)) return [[key, written(name, placed, doors, around)]];
  at.fail(gatewaySplit, { gateway: name, ports: ports.map(String) });
  return doors.map((door) => {
    const own = `${name}-${door.entrance.port}`;
    return [`${key}-${door.entrance.port}`, written(own, placed, [door], around)] as const;
  });
}

function isReadable({ name, protocol, tls }: Listener, at: Cursor): boolean {
  const place = at.at("spec").at("listeners").at(name);
  if (protocol === "HTTP" || (protocol === "HTTPS" && tls?.mode !== "Passthrough")) return true;
  place.fail(notExpressible, { feature: `listeners of protocol ${protocol}` });
  return false;
}

// --- attachment ----------------------------------------------------------------------------------------------------

interface Attachment {
  readonly route: RouteObject;
  readonly listeners: ReadonlySet<Listener>;
}

function attachmentsOf(
  { object }: Placed<GatewayObject>,
  listeners: readonly Listener[],
  around: Around,
): readonly Attachment[] {
  const namespace = namespaceOf(object);
  return around.cluster.routes.flatMap((route) => {
    const refs = (route.object.spec.parentRefs ?? []).filter(
      (ref) =>
        isGateway(ref) &&
        ref.name === object.metadata.name &&
        (ref.namespace ?? namespaceOf(route.object)) === namespace,
    );
    const found = refs.flatMap((ref) => listenersFor(ref, route, namespace, listeners, around));
    return found.length === 0 ? [] : [{ route, listeners: new Set(found) }];
  });
}

function listenersFor(
  ref: ParentRef,
  route: RouteObject,
  namespace: string,
  listeners: readonly Listener[],
  around: Around,
): readonly Listener[] {
  const named = listeners.filter(({ name, port }) => (ref.sectionName ?? name) === name && (ref.port ?? port) === port);
  const admitting = named.filter((one) => admits(one, route, namespace, around));
  const meeting = admitting.filter(({ hostname }) => hostnamesOf(route).some((one) => hostnamesMeet(one, hostname)));
  const reason =
    named.length === 0
      ? "no listener has that name and port"
      : admitting.length === 0
        ? "no listener admits routes of that namespace and kind"
        : "no listener serves one of its hostnames";
  if (meeting.length === 0) route.at.at("spec").at("parentRefs").fail(notAttached, { parent: ref.name, reason });
  return meeting;
}

function admits({ allowedRoutes = {} }: Listener, route: RouteObject, own: string, { cluster }: Around): boolean {
  const { from = "Same", selector } = allowedRoutes.namespaces ?? {};
  const namespace = namespaceOf(route.object);
  const labels = labelsOf(cluster, namespace);
  const isSelected = [...(selector?.matchLabels ?? [])].every(([name, value]) => labels.get(name) === value);
  const isNear = from === "All" || (from === "Same" ? namespace === own : from === "Selector" && isSelected);
  return isNear && (allowedRoutes.kinds?.some(({ kind }) => kind === route.kind) ?? true);
}

// --- names ---------------------------------------------------------------------------------------------------------

const hostnamesOf = ({ object }: RouteObject): readonly (string | undefined)[] =>
  object.spec.hostnames === undefined || object.spec.hostnames.length === 0 ? [undefined] : object.spec.hostnames;

const isWildcard = (pattern: string): boolean => pattern.startsWith("*.");

/** A wildcard stands for one label or more. */
const serves = (pattern: string | undefined, name: string): boolean =>
  pattern === undefined || (isWildcard(pattern) ? name.endsWith(pattern.slice(1)) : name === pattern.toLowerCase());

/** Can one name be served by both? */
const hostnamesMeet = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || serves(a, b) || serves(b, a);

/** An exact name before the longest wildcard before none. */
const specificity = (pattern: string | undefined): number =>
  pattern === undefined ? 0 : isWildcard(pattern) ? pattern.length : 1_000 + pattern.length;

/** Of these patterns the one that decides about a name; -1 where none serves it. */
const bestFor = (patterns: readonly (string | undefined)[], name: string): number =>
  Math.max(-1, ...patterns.filter((one) => serves(one, name)).map(specificity));

function namesOf(listeners: readonly Listener[], attached: readonly Attachment[], given: readonly string[]) {
  const written = [
    ...listeners.map(({ hostname }) => hostname),
    ...attached.flatMap(({ route }) => hostnamesOf(route)),
  ];
  const exact = written.filter((one) => one !== undefined && !isWildcard(one)) as string[];
  return [...new Set([...given, ...exact].map((name) => name.toLowerCase()))].sort(byText);
}

function sayNames(listeners: readonly Listener[], doors: readonly Door[], at: Cursor): void {
  for (const { name, hostname } of listeners) {
    if (hostname !== undefined && !isWildcard(hostname)) continue;
    const served = doors.flatMap(({ tables }) => [...tables.keys()]).filter((one) => serves(hostname, one));
    const pattern = hostname ?? "a listener without hostname";
    at.at("spec")
      .at("listeners")
      .at(name)
      .fail(namesListed, { pattern, names: [...new Set(served)] });
  }
}

// --- doors ---------------------------------------------------------------------------------------------------------

function doorOf(
  listeners: readonly Listener[],
  attached: readonly Attachment[],
  names: readonly string[],
  around: Around,
): Door {
  const [{ protocol = "HTTP", port = 80 } = {}] = listeners;
  const entrance: Entrance = { scheme: protocol === "HTTPS" ? "https" : "http", port };
  const tables = new Map<string, readonly Ordered[]>();
  for (const name of names) {
    const serving = servingOf(listeners, name);
    if (serving === undefined) continue;
    const here = attached.filter((one) => one.listeners.has(serving));
    tables.set(name, ordered(here.flatMap(({ route }) => candidatesOf(route, name, entrance, around))));
  }
  return { entrance, listeners, tables };
}

/** Each name belongs to one listener of a port: the one whose hostname says most about it. */
const servingOf = (listeners: readonly Listener[], name: string): Listener | undefined =>
  listeners
    .filter(({ hostname }) => serves(hostname, name))
    .sort((a, b) => specificity(b.hostname) - specificity(a.hostname))[0];

function candidatesOf(route: RouteObject, name: string, entrance: Entrance, around: Around): readonly Candidate[] {
  const rank = bestFor(hostnamesOf(route), name);
  return rank < 0 ? [] : alternativesOf(route, entrance, around).map((one) => ({ ...one, rank }));
}

/** Can one gateway of a mesh stand for all of these ports? */
function areAlike(doors: readonly Door[]): boolean {
  const isSecure = (door: Door) => door.entrance.scheme === "https";
  return doors.every((a, index) =>
    doors.slice(index + 1).every((b) =>
      [...a.tables].every(([name, routes]) => {
        const other = b.tables.get(name);
        return other === undefined || (isSecure(a) === isSecure(b) && JSON.stringify(routes) === JSON.stringify(other));
      }),
    ),
  );
}

// --- written -------------------------------------------------------------------------------------------------------

function written(
  name: string,
  { object, at }: Placed<GatewayObject>,
  doors: readonly Door[],
  around: Around,
): WrittenGateway {
  const tables = new Map(doors.flatMap((door) => [...door.tables]));
  const listeners = doors.map(
    (door) => [`port-${door.entrance.port}`, listenerOf(door, namespaceOf(object), around, at)] as const,
  );
  return {
    namespace: namespaceOf(object),
    name,
    listeners: Object.fromEntries(listeners),
    routes: writtenRoutes(tables, (hosts) => [{ hosts }]),
  };
}

function listenerOf(
  { entrance, listeners, tables }: Door,
  namespace: string,
  { cluster }: Around,
  at: Cursor,
): ModelListener {
  const hosts = [...tables.keys()];
  if (entrance.scheme === "http") return listen.http(entrance.port, { hosts });
  const refs = listeners.flatMap(({ tls }) => tls?.certificateRefs ?? []);
  const certificates = new Map(refs.map((ref) => [`${ref.namespace ?? namespace}/${ref.name}`, ref]));
  if (certificates.size !== 1)
    at.at("spec").at("listeners").fail(notExpressible, { feature: "several certificates on one port" });
  const [{ kind = "Secret", namespace: where = namespace, name = "missing" } = {}] = certificates.values();
  if (kind !== "Secret" || !mayRefer(cluster, { kind: "Gateway", namespace }, { kind, namespace: where, name }))
    at.at("spec")
      .at("listeners")
      .fail(notExpressible, { feature: `the certificate ${kind} ${where}/${name}` });
  const certificate = secretRef(where, name, "tls");
  return listen.https(entrance.port, { hosts, certificate });
}
