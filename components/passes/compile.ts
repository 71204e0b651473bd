/**
 * The way of a mesh, from unknown data to the IR. A change of some services compiles only them and their neighbours again;
 * the first compilation is a change of all of them.
 */

import type { Known } from "../contract/capability.ts";
import { Targets } from "../contract/cursor.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { joined, Report, sortDiagnostics } from "../diagnostics/report.ts";
import type { Target } from "../engines/releases.ts";
import type { CallerIr, EdgeIr, ExternalIr, GatewayIr, MeshIr, ServiceId, ServiceIr } from "../ir/mesh-ir.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import { comparePaths } from "../values/model-path.ts";
import { byText, sort, sortedBy } from "../values/order.ts";
import { spiffeId } from "../values/spiffe-id.ts";
import { checkNames, checkNamespaces, checkReturns, checkSelectors, checkSources, checkTables } from "./check.ts";
import { knownOf, Names } from "./directory.ts";
import { checkExternals, normalizeExternal, normalizeGateway } from "./gateways.ts";
import { normalizeEntry, type Part } from "./normalize.ts";
import { checkConsent, checkOwners } from "./owners.ts";
import { type Entry, readEntry, readMesh, readWays, type WrittenMesh, type WrittenWays } from "./read.ts";
import { effectiveCalls, type Finished, finishService, type Surroundings } from "./resolve.ts";

export interface CompileOptions {
  /** The environment that the mesh was described for. @default "default" */
  readonly environment?: string | undefined;
  /** Engines to check against beside the mesh's own targets: what a mesh runs on, it must be able to. */
  readonly further?: readonly Target[] | undefined;
  /** The day on which dates are judged; without it no date is. */
  readonly asOf?: CalendarDate | undefined;
}

/** A compiled mesh. `ir` is there when the data could be read at all; whoever deploys it asks `diagnostics` first. */
export interface Compiled {
  readonly ir: MeshIr | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The services that a `recompile` touched; absent where the whole mesh was compiled. */
  readonly changed?: readonly ServiceIr[];
  /** What a further compilation starts from. */
  readonly state: CompileState | undefined;
}

interface CompileState {
  readonly options: CompileOptions;
  readonly written: WrittenMesh;
  readonly names: Names;
  /** By id. */
  readonly parts: Map<ServiceId, Part>;
  readonly calls: Map<ServiceId, readonly EdgeIr[]>;
  /** By callee, sorted. */
  readonly callers: Map<ServiceId, CallerIr[]>;
  readonly finished: Map<ServiceId, Finished>;
  /** Sorted; `services[index.get(id)]`. */
  readonly services: readonly ServiceIr[];
  readonly index: ReadonlyMap<ServiceId, number>;
  readonly gateways: readonly GatewayIr[];
  readonly externals: readonly ExternalIr[];
  readonly meshFound: readonly Diagnostic[];
}

export function compile(spec: unknown, options: CompileOptions = {}): Compiled {
  const read = readMesh(spec, options.further);
  if (read.mesh === undefined) return { ir: undefined, diagnostics: read.found, state: undefined };
  const { mesh, routes } = read;
  const named = Array.from(mesh.entries.values(), (entry) => ({ entry, here: knownOf(entry, mesh.settings) }));
  const known = new Map(named.map(({ entry, here }) => [entry.key, here]));
  // In the order of ids from here on: what is put together so needs no sorting.
  const inOrder = sortedBy(named, ({ here }) => here.id);
  const names = new Names(mesh, known);
  const around: Surroundings = { settings: mesh.settings, directory: names, asOf: options.asOf };

  const targets = new Targets(mesh.settings.targets);
  const normalized = inOrder.map(({ entry, here }) => ({
    entry,
    part: normalizeEntry(entry, readWays(entry, routes, targets), here, names, options.asOf),
  }));
  const parts = new Map<ServiceId, Part>(normalized.map(({ part }) => [part.known.id, part]));

  const report = new Report();
  const gateways = [...mesh.gateways].map(([key, gateway]) => normalizeGateway(key, gateway, parts, around, report));
  const externals = [...mesh.externals].map(([key, external]) => normalizeExternal(key, external, names, report));
  gateways.sort((a, b) => byText(a.id, b.id));
  externals.sort((a, b) => byText(a.id, b.id));
  checkExternals(externals, known, report);

  const calls = new Map<ServiceId, readonly EdgeIr[]>();
  const callers = new Map<ServiceId, CallerIr[]>();
  const forwarding = new Map([...parts].filter(([, { forwards }]) => forwards.length > 0));
  const owned = new Map([...parts].filter(([, part]) => part.known.owner !== undefined));
  for (const [id, part] of parts) calls.set(id, effectiveCalls(part, forwarding));
  const calling: (readonly [Caller, readonly EdgeIr[]])[] = gateways.map((gateway) => {
    const { id: from, key, namespace, identity } = gateway;
    return [{ from, key, namespace, identity }, gateway.calls];
  });
  for (const { entry, part } of normalized) {
    calling.push([callerOf(entry, part, around), calls.get(part.known.id) ?? []]);
  }
  for (const [caller, edges] of sortedBy(calling, ([{ from }]) => from)) admit(caller, edges, callers);

  const finished = new Map<ServiceId, Finished>();
  for (const { entry, part } of normalized) {
    finished.set(part.known.id, finish(entry, part, { calls, callers }, owned, around));
  }
  const services = [...finished.values()].map(({ service }) => service);
  const index = new Map(services.map(({ id }, position) => [id, position]));
  checkNames(
    [...mesh.entries.keys()].map((key) => serviceByKey(finished, known, key)),
    gateways,
    report,
  );
  checkSelectors(services, report);
  checkNamespaces(mesh.settings.namespaces, services, options.asOf, report);
  checkOwners(mesh, report);
  report.addAll(gateways.flatMap(({ hosts }) => checkTables(hosts, mesh.found)));
  const meshFound = [...mesh.found, ...report.sorted()];
  return result({
    options,
    written: mesh,
    names,
    parts,
    calls,
    callers,
    finished,
    services,
    index,
    gateways,
    externals,
    meshFound,
  });
}

/**
 * Compiles again after only these services and their routes changed: `spec` is the whole new mesh, of which just those are read.
 * Services that appear or disappear, and changes of anything else, need `compile`. `previous` is used up: its state goes on in
 * what is returned.
 */
export function recompile(previous: Compiled, spec: Spec, keys: readonly string[]): Compiled {
  const before = previous.state;
  if (
    before === undefined ||
    keys.some((key) => !before.written.entries.has(key) || !Object.hasOwn(spec.services, key))
  )
    return compile(spec, before?.options);
  const targets = new Targets(before.written.settings.targets);
  const around: Surroundings = {
    settings: before.written.settings,
    directory: before.names,
    asOf: before.options.asOf,
  };
  const fresh = keys.map((key) => {
    const entry = readEntry(key, spec.services[key], targets);
    return { entry, ways: readWays(entry, spec.routes ?? {}, targets) };
  });
  if (fresh.some(({ entry, ways }) => isElsewhere(entry, ways, before))) return compile(spec, before.options);

  const next: CompileState = { ...before, written: { ...before.written, entries: before.written.entries } };
  const entries = next.written.entries as Map<string, Entry>;
  const touched = new Set<ServiceId>();
  const recalled = new Set<ServiceId>();
  for (const { entry, ways } of fresh) {
    const here = knownOf(entry, next.written.settings);
    entries.set(entry.key, entry);
    next.names.services.set(entry.key, here);
    next.parts.set(here.id, normalizeEntry(entry, ways, here, next.names, before.options.asOf));
    touched.add(here.id);
    recalled.add(here.id);
    for (const caller of next.callers.get(here.id) ?? []) if (next.parts.has(caller.from)) recalled.add(caller.from);
  }
  for (const id of recalled) {
    const part = next.parts.get(id) as Part;
    const old = next.calls.get(id) ?? [];
    const edges = effectiveCalls(part, next.parts);
    next.calls.set(id, edges);
    if (!samePlaces(old, edges)) touched.add(id);
    if (sameEdges(old, edges)) continue;
    for (const { to } of [...old, ...edges]) if (next.parts.has(to as ServiceId)) touched.add(to as ServiceId);
    touched.add(id);
    const entry = entries.get(part.known.key) as Entry;
    retract(id, old, next.callers);
    admit(callerOf(entry, part, around), edges, next.callers);
  }
  const services = [...before.services];
  for (const id of touched) {
    const part = next.parts.get(id) as Part;
    sort(next.callers.get(id) ?? [], (a, b) => byText(a.from, b.from) || byText(a.port, b.port));
    const done = finish(entries.get(part.known.key) as Entry, part, next, next.parts, around);
    next.finished.set(id, done);
    services[before.index.get(id) as number] = done.service;
  }
  const changed = [...touched].map((id) => services[before.index.get(id) as number] as ServiceIr);
  return { ...result({ ...next, services }), changed };
}

/** What `recompile` reads of a mesh. */
export interface Spec {
  readonly services: Readonly<Record<string, unknown>>;
  readonly routes?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A service that moved to another name, namespace or owner, or whose ports changed, concerns more than its neighbours; so does one
 * whose routes come or go while a gateway, which goes around them and says so, leads to it.
 */
function isElsewhere(
  entry: Entry,
  { routes }: WrittenWays,
  { names, parts, written, gateways }: CompileState,
): boolean {
  const old = names.service(entry.key);
  if (old === undefined) return true;
  const had = parts.get(old.id)?.routeNames ?? [];
  const sameRoutes = had.length === routes.size && had.every((name) => routes.has(name));
  const leads = gateways.some(({ calls }) => calls.some(({ to }) => to === old.id));
  if (leads && !sameRoutes) return true;
  const here = knownOf(entry, written.settings);
  const shape = ({ id, ports, versions, owner, allowCallers }: Known) =>
    JSON.stringify([id, ports, versions, owner, allowCallers]);
  const account = (one: Entry | undefined) => one?.service.serviceAccount;
  return shape(old) !== shape(here) || account(entry) !== account(written.entries.get(entry.key));
}

const sameEdges = (a: readonly EdgeIr[], b: readonly EdgeIr[]): boolean =>
  a.length === b.length && a.every((edge, index) => edge.to === b[index]?.to && edge.port === b[index]?.port);

/** Are they written at the same places, too? */
const samePlaces = (a: readonly EdgeIr[], b: readonly EdgeIr[]): boolean =>
  a.length === b.length &&
  a.every(({ call, route = [] }, index) => {
    const other = b[index];
    return call === other?.call && comparePaths(route, other?.route ?? []) === 0;
  });

function finish(
  entry: Entry,
  part: Part,
  { calls, callers }: Pick<CompileState, "calls" | "callers">,
  owned: ReadonlyMap<ServiceId, Part>,
  around: Surroundings,
): Finished {
  const { id } = part.known;
  const edges = calls.get(id) ?? [];
  const admitted = Object.freeze([...(callers.get(id) ?? [])]);
  const { service, found } = finishService(entry, part, edges, admitted, around);
  const consent = checkConsent(edges, { owner: part.known.owner, path: service.path }, owned);
  const routes = checkTables(part.tables, part.found);
  const sources = checkSources(part.tables, admitted, part.known.key);
  const returns = checkReturns(part, admitted);
  return { service, found: joined(part.found, found, consent, routes, sources, returns) };
}

type Caller = Omit<CallerIr, "port">;

const callerOf = ({ key, service }: Entry, { known }: Part, { settings }: Surroundings): Caller => {
  const account = service.serviceAccount ?? service.name ?? key;
  return {
    from: known.id,
    key,
    namespace: known.namespace,
    identity: spiffeId(settings.trustDomain, known.namespace, account),
  };
};

/** A caller of many services is the same caller at each of them. */
function admit(caller: Caller, edges: readonly EdgeIr[], callers: CompileState["callers"]): void {
  const byPort: CallerIr[] = [];
  for (const { to, port } of edges) {
    let admitted = byPort.find((one) => one.port === port);
    if (admitted === undefined) byPort.push((admitted = Object.freeze({ ...caller, port })));
    let known = callers.get(to as ServiceId);
    if (known === undefined) callers.set(to as ServiceId, (known = []));
    known.push(admitted);
  }
}

function retract(from: ServiceId, edges: readonly EdgeIr[], callers: CompileState["callers"]): void {
  for (const { to } of edges as readonly { readonly to: ServiceId }[]) {
    const known = callers.get(to);
    if (known !== undefined)
      callers.set(
        to,
        known.filter((one) => one.from !== from),
      );
  }
}

const serviceByKey = (
  finished: ReadonlyMap<ServiceId, Finished>,
  known: ReadonlyMap<string, Known>,
  key: string,
): ServiceIr => (finished.get((known.get(key) as Known).id) as Finished).service;

function result(state: CompileState): Compiled {
  const { settings } = state.written;
  const ir: MeshIr = Object.freeze({
    schema: 1,
    name: settings.name,
    environment: state.options.environment ?? "default",
    ...(settings.owner === undefined ? {} : { owner: settings.owner }),
    trustDomain: settings.trustDomain,
    targets: settings.targets,
    services: Object.freeze(state.services),
    externals: Object.freeze(state.externals),
    gateways: Object.freeze(state.gateways),
  });
  const found = [...state.meshFound];
  for (const { found: own } of state.finished.values()) for (const one of own) found.push(one);
  return { ir, diagnostics: sortDiagnostics(found), state };
}
