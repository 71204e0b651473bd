/**
 * The first pass: unknown data → a mesh whose every value has the right shape and unit. References are not looked at.
 * The fields of a service, a route and a gateway are put together from what the slices own.
 */

import { namespace as namespaceFields } from "../capabilities/access/normalize.ts";
import { external } from "../capabilities/external-services/normalize.ts";
import { listeners } from "../capabilities/gateways/normalize.ts";
import { gatewaySupport } from "../capabilities/gateways/support.ts";
import { proxyCapabilities, routeCapabilities, serviceCapabilities } from "../capabilities/registry.ts";
import {
  readCalls,
  fields as serviceFields,
  support as serviceSupport,
  type WrittenCall,
} from "../capabilities/services/normalize.ts";
import { wrongType } from "../contract/codes.ts";
import { Cursor, Targets } from "../contract/cursor.ts";
import { seenPath } from "../contract/http.ts";
import {
  type Fields,
  host,
  label,
  list,
  nonEmpty,
  object,
  objectOf,
  type Read,
  type Reader,
  record,
  requirePlain,
  text,
  textWhere,
  unread,
} from "../contract/read.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import { allTargets, type Target } from "../engines/releases.ts";
import type { SupportTable } from "../engines/support.ts";
import { nearest } from "../values/name.ts";
import { isTrustDomain } from "../values/spiffe-id.ts";
import { definedTwice, routesOfUnknown, unknownTarget } from "./codes.ts";

// --- readers, put together once ------------------------------------------------------------------------------------

const sliceFields: Fields = Object.assign({}, ...routeCapabilities.map(({ fields }) => fields));
const sliceSupport: Readonly<Record<string, SupportTable>> = Object.assign(
  {},
  ...routeCapabilities.map(({ support }) => tablesByField(support)),
);

/** A table is asked by the field only where it has a row of that name; nested fields are asked by their own readers. */
function tablesByField(support: Readonly<Record<string, SupportTable>>): Readonly<Record<string, SupportTable>> {
  return Object.fromEntries(Object.entries(support).filter(([field, table]) => Object.hasOwn(table, field)));
}

/** A route: what the slices own, and the ports or hosts that it is for. */
const route = objectOf(
  { ...sliceFields, port: label, hosts: nonEmpty(list(host)) } as Fields,
  (field) => sliceSupport[field],
);

const proxyFields: Fields = Object.fromEntries(proxyCapabilities.map(({ field, reader }) => [field, reader]));
const ownFields: Fields = Object.fromEntries(serviceCapabilities.map(({ field, reader }) => [field, reader]));
const inheritedFields: Fields = Object.fromEntries(
  serviceCapabilities.filter(({ inherited }) => inherited).map(({ field, reader }) => [field, reader]),
);

const service = objectOf(
  { ...serviceFields, ...ownFields, ...proxyFields },
  (field) => (Object.hasOwn(serviceFields, field) ? serviceSupport : undefined),
  ["ports"],
);
const gatewayFields = {
  namespace: label,
  name: label,
  serviceAccount: label,
  owner: text,
  allowRoutes: record(list(seenPath), "any"),
  listeners,
  routes: record(route),
};
const gateway = objectOf(
  { ...gatewayFields, ...proxyFields },
  (field) => (Object.hasOwn(gatewayFields, field) ? gatewaySupport : undefined),
  ["listeners", "routes"],
);

/** What a slice reads from a route, a service or a mesh; each slice knows the type of its own fields. */
export type Written = Readonly<Record<string, unknown>>;
export type WrittenRoute = Written & { readonly port?: string; readonly hosts?: readonly Read<typeof host>[] };
export type WrittenService = Written &
  Partial<Read<Reader<{ [K in keyof typeof serviceFields]: Read<(typeof serviceFields)[K]> }>>>;
export type WrittenGateway = Written & {
  readonly namespace?: string;
  readonly name?: string;
  readonly serviceAccount?: string;
  readonly owner?: string;
  readonly allowRoutes?: ReadonlyMap<string, readonly string[]>;
  readonly listeners: Read<typeof listeners>;
  readonly routes: ReadonlyMap<string, WrittenRoute>;
};
export type WrittenExternal = Read<typeof external>;

/** What holds for the whole mesh. */
export interface Settings {
  readonly name: string;
  readonly targets: readonly Target[];
  readonly namespace: string;
  readonly owner: string | undefined;
  readonly trustDomain: string;
  /** By name. */
  readonly namespaces: ReadonlyMap<string, Read<typeof namespaceFields>>;
  /** Defaults for every service and proxy, by field. */
  readonly defaults: Written;
}

/** One service. With its routes it is the unit in which a mesh changes and is compiled again. */
export interface Entry {
  readonly key: string;
  readonly service: WrittenService;
  readonly found: readonly Diagnostic[];
}

/** The calls and the routes of one service. They are most of what is written, so they are read where they are normalized, and not kept. */
export interface WrittenWays {
  readonly calls: readonly WrittenCall[];
  readonly routes: ReadonlyMap<string, WrittenRoute>;
  readonly found: readonly Diagnostic[];
}

export interface WrittenMesh {
  readonly settings: Settings;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly externals: ReadonlyMap<string, WrittenExternal>;
  readonly gateways: ReadonlyMap<string, WrittenGateway>;
  /** Of everything but the entries, which keep their own. */
  readonly found: readonly Diagnostic[];
}

// --- the pass ------------------------------------------------------------------------------------------------------

const envelope = object(
  {
    name: label,
    namespace: label,
    namespaces: record(namespaceFields, "label"),
    owner: text,
    trustDomain: textWhere("a trust domain of lower-case letters, digits, dots, dashes and underscores", isTrustDomain),
    targets: ((value) => value) as Reader<unknown>,
    services: ((value) => value) as Reader<unknown>,
    routes: ((value) => value) as Reader<unknown>,
    externals: record(external, "label"),
    gateways: record(gateway as Reader<WrittenGateway>, "label"),
    twice: list(object({ path: list(text), parts: list(text) }, { required: ["path", "parts"] })),
    ...inheritedFields,
    ...proxyFields,
  },
  { required: ["name", "targets", "services"] },
);

/** Unknown data → a written mesh, or just the problems where there is no telling what the data is. */
export function readMesh(
  spec: unknown,
  further: readonly Target[] = [],
):
  | { readonly mesh: WrittenMesh; readonly routes: RawRoutes }
  | { readonly mesh: undefined; readonly found: readonly Diagnostic[] } {
  const report = new Report();
  const plain = requirePlain(spec, Cursor.root(report, new Targets([])));
  if (!plain) return { mesh: undefined, found: report.sorted() };
  const targets = [...readTargets(spec, report), ...further];
  const root = Cursor.root(report, new Targets(targets));
  const read = envelope(spec, root);
  const shape =
    read === undefined
      ? undefined
      : {
          services: unread(read.services, root.at("services")),
          routes: unread(read.routes ?? {}, root.at("routes")),
        };
  if (read === undefined || shape?.services === undefined || shape.routes === undefined)
    return { mesh: undefined, found: report.sorted() };
  const { services, routes } = shape;
  const entries = new Map<string, Entry>();
  for (const key of Object.keys(services).sort()) {
    if (label(key, root.at("services").at(key)) === undefined) continue;
    entries.set(key, readEntry(key, services[key], root.targets));
  }
  checkRouteKeys(routes, services, root);
  for (const { path, parts } of read.twice ?? []) report.add(definedTwice, { parts }, { path });
  return {
    mesh: {
      settings: settingsOf(read, targets),
      entries,
      externals: read.externals ?? new Map(),
      gateways: read.gateways ?? new Map(),
      found: report.sorted(),
    },
    routes,
  };
}

/** By service, not looked into yet. */
type RawRoutes = Readonly<Record<string, unknown>>;

/** One service, for the whole mesh and for one change alike. */
export function readEntry(key: string, written: unknown, targets: Targets): Entry {
  const report = new Report();
  const service = readService(written, Cursor.root(report, targets).at("services").at(key)) ?? {};
  return { key, service, found: report.sorted() };
}

/** The same for its calls and routes. A service may be called `constructor`, which every object answers to. */
export function readWays({ key, service }: Entry, routes: RawRoutes, targets: Targets): WrittenWays {
  const report = new Report();
  const root = Cursor.root(report, targets);
  const own = Object.hasOwn(routes, key) ? routes[key] : undefined;
  const calls = service.calls === undefined ? [] : readCalls(service.calls, root.at("services").at(key).at("calls"));
  const byName = own === undefined ? undefined : readRouteRecord(own, root.at("routes").at(key));
  return { calls: calls ?? [], routes: byName ?? NO_ROUTES, found: report.sorted() };
}

const NO_ROUTES: ReadonlyMap<string, WrittenRoute> = new Map();

const readService = service as Reader<WrittenService>;
const readRouteRecord = record(route as Reader<WrittenRoute>);

function readTargets(spec: unknown, report: Report): readonly Target[] {
  const written = typeof spec === "object" && spec !== null && "targets" in spec ? spec.targets : undefined;
  if (written === undefined) return [];
  const root = Cursor.root(report, new Targets([])).at("targets");
  const read = list(target)(written, root);
  if (Array.isArray(written) && written.length === 0)
    root.fail(
      wrongType,
      { expected: `a list of at least one of ${allTargets.join(", ")}`, found: "an empty list" },
      [],
    );
  return read ?? [];
}

const target: Reader<Target> = (value, at) => {
  const written = text(value, at);
  if (written === undefined || isTarget(written)) return written;
  return at.fail(unknownTarget, { target: written, allowed: allTargets }, written);
};

const isTarget = (text: string): text is Target => (allTargets as readonly string[]).includes(text);

function settingsOf(read: Read<typeof envelope>, targets: readonly Target[]): Settings {
  const { name, namespace, namespaces, owner, trustDomain } = read;
  const fields = [...Object.keys(inheritedFields), ...Object.keys(proxyFields)];
  const defaults = Object.fromEntries(
    fields.map((field) => [field, (read as Written)[field]]).filter(([, value]) => value !== undefined),
  );
  return {
    name,
    targets: [...new Set(targets)].sort(),
    namespace: namespace ?? name,
    owner,
    trustDomain: trustDomain ?? `${name}.mesh`,
    namespaces: namespaces ?? new Map(),
    defaults,
  };
}

/** `routes.reviewz`: without a service of that name nobody would ever use them. */
function checkRouteKeys(
  routes: Readonly<Record<string, unknown>>,
  services: Readonly<Record<string, unknown>>,
  root: Cursor,
): void {
  for (const key of Object.keys(routes)) {
    if (Object.hasOwn(services, key)) continue;
    root
      .at("routes")
      .at(key)
      .fail(routesOfUnknown, { service: key, nearest: nearest(key, Object.keys(services)) ?? "" });
  }
}
