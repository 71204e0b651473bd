/**
 * Gateway API objects, read into a mesh: HTTPRoute and GRPCRoute with the Gateways, Services and grants that they refer to. Says with a
 * diagnostic whatever the mesh does otherwise than the objects; where one of them is an error, the mesh is not what they describe.
 */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { Report } from "../../diagnostics/report.ts";
import type { Target } from "../../engines/releases.ts";
import type { Port } from "../../model/port.ts";
import { isGateway, isService, keysOf, namespaceOf, type Placed, type RouteObject, readObjects } from "./cluster.ts";
import { notAttached } from "./codes.ts";
import { gatewaysOf, type WrittenGateway } from "./gateways.ts";
import type { GatewayObject, ParentRef } from "./objects.ts";
import { type Candidate, ordered } from "./precedence.ts";
import { type Around, alternativesOf } from "./rules.ts";
import { type KnownPort, type KnownService, servicesOf, speaksHttp } from "./services.ts";
import { type WrittenRoutes, writtenRoutes } from "./written.ts";

export interface ImportOptions {
  /** The name of the mesh. */
  readonly name: string;
  readonly targets: readonly [Target, ...Target[]];
  /** The host names that clients use: what wildcards and listeners without hostname stand for. */
  readonly hosts?: readonly string[] | undefined;
  /** Workloads that call Services, by name, with their namespaces: the objects do not say who calls whom, so each calls all. */
  readonly callers?: Readonly<Record<string, string>> | undefined;
}

export interface Imported {
  /** A mesh as `defineMesh` takes it. */
  readonly mesh: ImportedMesh;
  readonly diagnostics: readonly Diagnostic[];
}

export interface ImportedMesh {
  readonly name: string;
  readonly targets: readonly [Target, ...Target[]];
  readonly services: Readonly<Record<string, WrittenService>>;
  readonly gateways: Readonly<Record<string, WrittenGateway>>;
  readonly routes: Readonly<Record<string, WrittenRoutes>>;
}

interface WrittenService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: Readonly<Record<string, Port>>;
  readonly calls?: readonly string[];
}

/** @param objects plain data, as a YAML or JSON reader gives it */
export function readGatewayApi(objects: readonly unknown[], options: ImportOptions): Imported {
  const { hosts = [], callers = {} } = options;
  const report = new Report();
  const cluster = readObjects(objects, report);
  const around: Around = { cluster, services: servicesOf(cluster) };
  checkParents(around, callers);
  const keys = keysOf(cluster.gateways);
  const mesh = {
    name: options.name,
    targets: options.targets,
    services: writtenServices(around, callers),
    gateways: Object.fromEntries(cluster.gateways.flatMap((one) => gatewaysOf(one, keyOf(one, keys), hosts, around))),
    routes: Object.fromEntries(
      [...around.services.values()].flatMap((service) => {
        const routes = serviceRoutes(service, around, callers);
        return Object.keys(routes).length === 0 ? [] : [[service.key, routes] as const];
      }),
    ),
  };
  return { mesh, diagnostics: distinct(report.sorted()) };
}

const keyOf = ({ object }: Placed<GatewayObject>, keys: ReadonlyMap<string, string>): string =>
  keys.get(`${namespaceOf(object)}/${object.metadata.name}`) ?? object.metadata.name;

/** One problem of a route that is attached in several places is one problem. */
const distinct = (found: readonly Diagnostic[]): readonly Diagnostic[] => [
  ...new Map(found.map((one) => [JSON.stringify(one), one])).values(),
];

/** What a route is for has to be there. */
function checkParents(around: Around, callers: Readonly<Record<string, string>>): void {
  for (const { object, at } of around.cluster.routes)
    for (const ref of object.spec.parentRefs ?? []) {
      const own = namespaceOf(object);
      const { kind = "Gateway", namespace = own, name } = ref;
      const reason = isService(ref) ? whyNotAtService(ref, own, around, callers) : whyNotAtGateway(ref, own, around);
      if (reason !== undefined)
        at.at("spec")
          .at("parentRefs")
          .fail(notAttached, { parent: `${kind} ${namespace}/${name}`, reason });
    }
}

const NOT_THERE = "it is not there";

const whyNotAtGateway = (ref: ParentRef, own: string, { cluster }: Around): string | undefined =>
  isGateway(ref) &&
  cluster.gateways.some(
    ({ object }) => object.metadata.name === ref.name && namespaceOf(object) === (ref.namespace ?? own),
  )
    ? undefined
    : NOT_THERE;

/** Beside the Service itself, a port that speaks HTTP; and for routes of another namespace, a caller there. */
function whyNotAtService(
  { namespace, name, port }: ParentRef,
  own: string,
  { services }: Around,
  callers: Readonly<Record<string, string>>,
): string | undefined {
  const service = services.get(`${namespace ?? own}/${name}`);
  if (service === undefined) return NOT_THERE;
  if (!service.ports.some((one) => speaksHttp(one) && one.number === (port ?? one.number)))
    return "it has no such port that speaks HTTP";
  return own === service.namespace || Object.values(callers).includes(own)
    ? undefined
    : "no caller of the route's namespace is known";
}

// --- services ------------------------------------------------------------------------------------------------------

function writtenServices({ services }: Around, callers: Readonly<Record<string, string>>) {
  const all = [...services.values()];
  const calls = all.flatMap(({ key, ports }) => ports.filter(speaksHttp).map(({ name }) => `${key}:${name}`));
  return Object.fromEntries<WrittenService>([
    ...all.map(
      ({ key, namespace, name, ports }) =>
        [key, { namespace, name, ports: Object.fromEntries(ports.map((port) => [port.name, port.model])) }] as const,
    ),
    ...Object.entries(callers).map(
      ([name, namespace]) => [name, { namespace, name, ports: { none: UNUSED }, calls }] as const,
    ),
  ]);
}

/** Callers serve nobody; a service of a mesh has a port all the same. */
const UNUSED: Port = { kind: "tcp", number: 9 };

// --- routes of services (GAMMA) ------------------------------------------------------------------------------------

function serviceRoutes(
  service: KnownService,
  around: Around,
  callers: Readonly<Record<string, string>>,
): WrittenRoutes {
  const ports = service.ports.filter(speaksHttp);
  const tables = new Map(
    ports.map((port) => [port.name, ordered(withRest(candidatesFor(service, port, around, callers)))]),
  );
  return writtenRoutes(tables, (names) => names.map((port) => ({ port })));
}

function candidatesFor(
  service: KnownService,
  port: KnownPort,
  around: Around,
  callers: Readonly<Record<string, string>>,
): readonly Candidate[] {
  return around.cluster.routes
    .filter((route) => (route.object.spec.parentRefs ?? []).some((ref) => isFor(ref, route, service, port)))
    .flatMap((route) => {
      const alternatives = alternativesOf(route, { scheme: "http", port: port.number }, around);
      if (namespaceOf(route.object) === service.namespace) return alternatives.map((one) => ({ ...one, rank: 0 }));
      const own = Object.keys(callers).filter((caller) => callers[caller] === namespaceOf(route.object));
      return own.flatMap((caller) => alternatives.map((one) => ({ ...one, rank: 1, caller })));
    });
}

const isFor = (ref: ParentRef, { object }: RouteObject, service: KnownService, port: KnownPort): boolean =>
  isService(ref) &&
  ref.name === service.name &&
  (ref.namespace ?? namespaceOf(object)) === service.namespace &&
  (ref.port ?? port.number) === port.number;

/** Where a Service has routes, what none of them matches is answered with 404; a mesh would send it on to the service. */
function withRest(candidates: readonly Candidate[]): readonly Candidate[] {
  const callers = [...new Set(candidates.map(({ caller }) => caller))];
  return [
    ...candidates,
    ...callers.flatMap((caller) => {
      const own = candidates.filter((one) => one.caller === caller);
      return own.some(asksNothing)
        ? []
        : [{ ...REST, rank: own[0]?.rank ?? 0, ...(caller !== undefined && { caller }) }];
    }),
  ];
}

const asksNothing = ({ asked: { path, methods, headers, query } }: Candidate): boolean =>
  path === undefined && methods === undefined && headers.length + query.length === 0;

const REST = {
  name: "unmatched",
  asked: { headers: [], query: [], cookies: [] },
  does: { respond: { status: 404 } },
} as const;
