/**
 * The second pass: what was written → the IR of one service's own part: routes with defaults, declared calls. Each slice does its own.
 * A service is normalized without looking at its callers, so a change of one service is a change of one part.
 */

import { answerWithPolicy } from "../capabilities/direct-responses/codes.ts";
import { compareSpecificity } from "../capabilities/matching/order.ts";
import { routeCapabilities, serviceCapabilities } from "../capabilities/registry.ts";
import {
  calleePortUnclear,
  callsItself,
  callTwice,
  noPorts,
  unknownCallee,
  unknownCalleePort,
} from "../capabilities/services/codes.ts";
import {
  checkPorts,
  checkReserved,
  checkSelectors,
  checkVersions,
  type WrittenCall,
} from "../capabilities/services/normalize.ts";
import { noAction } from "../capabilities/traffic-split/codes.ts";
import type { DestinationIr } from "../capabilities/traffic-split/ir.ts";
import type { Directory, Known, RoutePlace } from "../contract/capability.ts";
import type { Diagnostic, Occurrence } from "../diagnostics/diagnostic.ts";
import { joined, Report } from "../diagnostics/report.ts";
import { placeOf } from "../ir/edges.ts";
import type { EdgeIr, RouteIr, RouteTableIr, ServiceId } from "../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../ir/port.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import { deepFreeze } from "../values/deep-freeze.ts";
import type { ModelPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { byText, sort, trimmed } from "../values/order.ts";
import { unknownRoutePort } from "./codes.ts";
import { checkCallLimits, checkPortLimits, checkRouteLimits } from "./limits.ts";
import type { Entry, WrittenRoute, WrittenWays } from "./read.ts";

/** A service's own part of the IR. */
export interface Part {
  readonly known: Known;
  /** What it declares. */
  readonly calls: readonly EdgeIr[];
  readonly tables: readonly RouteTableIr[];
  /** The routes that were written, in that order. */
  readonly routeNames: readonly string[];
  /** Where its routes send requests on, other than to itself: its callers' proxies go there. */
  readonly forwards: readonly Forward[];
  readonly found: readonly Diagnostic[];
}

export interface Forward {
  readonly port: string;
  /** The caller whose requests are sent on; absent: every caller. */
  readonly source: ServiceId | undefined;
  readonly edge: EdgeIr;
}

export function normalizeEntry(
  entry: Entry,
  written: WrittenWays,
  known: Known,
  directory: Directory,
  asOf: CalendarDate | undefined,
): Part {
  const report = new Report();
  const path = ["services", entry.key];
  checkPorts(entry.service.ports, known.ports, path, report, written.calls.length > 0);
  checkReserved(known.ports, path, report);
  checkVersions(entry.service.versions, path, report);
  checkSelectors(entry.service.selectors, known.versions, path, report);
  checkPortLimits(known.ports, path, { report, directory });
  // Frozen here, while they are in the processor's cache: later each of them would have to be fetched again.
  const calls = deepFreeze(normalizeCalls(written.calls, known, directory, report));
  const tables = deepFreeze(normalizeServiceRoutes(written.routes, known, { report, directory, asOf }));
  return {
    known,
    calls,
    tables,
    routeNames: trimmed([...written.routes.keys()]),
    forwards: forwardsOf(tables, known),
    found: joined(entry.found, written.found, report.sorted()),
  };
}

// --- calls ---------------------------------------------------------------------------------------------------------

function normalizeCalls(
  written: readonly WrittenCall[],
  known: Known,
  directory: Directory,
  report: Report,
): readonly EdgeIr[] {
  const path = ["services", known.key];
  const edges: EdgeIr[] = [];
  const called: PortIr[] = [];
  // Not by `entries()`, which makes a pair of each.
  for (let call = 0; call < written.length; call++) {
    const { to, port } = written[call] as WrittenCall;
    const at = (): Occurrence => ({ path: [...path, "calls", call], got: port === undefined ? to : `${to}:${port}` });
    const callee = directory.service(to) ?? directory.external(to);
    if (callee === undefined)
      report.add(unknownCallee, { callee: to, nearest: nearest(to, directory.serviceKeys()) ?? "" }, at());
    else if (callee.id === known.id) report.add(callsItself, {}, at());
    else {
      const chosen = portOfCall(port, callee.ports);
      if (chosen === undefined) {
        reportPort(to, port, callee.ports, report, at());
        continue;
      }
      edges.push({ to: callee.id, port: chosen.name, call });
      called.push(chosen);
    }
  }
  checkCallLimits(edges, called, path, { report, directory });
  const once = sort(edges, compareEdges).filter((edge, index) => {
    const before = edges[index - 1];
    if (before?.to !== edge.to || before.port !== edge.port) return true;
    report.add(callTwice, {}, { path: placeOf(edge, path) });
    return false;
  });
  return trimmed(once);
}

/** By callee, then by port. */
export const compareEdges = (a: EdgeIr, b: EdgeIr): number => byText(a.to, b.to) || byText(a.port, b.port);

/** The port that was named, else the only one there is. */
const portOfCall = (named: string | undefined, ports: readonly PortIr[]): PortIr | undefined =>
  named === undefined && ports.length === 1 ? ports[0] : ports.find(({ name }) => name === named);

function reportPort(
  callee: string,
  named: string | undefined,
  ports: readonly PortIr[],
  report: Report,
  at: Occurrence,
): void {
  const known = ports.map(({ name }) => name);
  if (known.length === 0) report.add(noPorts, {}, at);
  else if (named !== undefined) report.add(unknownCalleePort, { callee, port: named, known }, at);
  else report.add(calleePortUnclear, { callee, known }, at);
}

// --- routes --------------------------------------------------------------------------------------------------------

type Surroundings = Pick<RoutePlace, "report" | "directory" | "asOf">;

/** One table for each port that speaks HTTP; a route without `port` stands in each. */
function normalizeServiceRoutes(
  written: ReadonlyMap<string, WrittenRoute>,
  known: Known,
  around: Surroundings,
): readonly RouteTableIr[] {
  const httpPorts = known.ports.filter(speaksHttp);
  const names = httpPorts.map(({ name }) => name);
  for (const [name, { port }] of written) {
    if (port === undefined ? names.length > 0 : names.includes(port)) continue;
    const at = { path: ["routes", known.key, name, "port"], got: port };
    around.report.add(unknownRoutePort, { port: port ?? "", known: names }, at);
  }
  return httpPorts.map((port): RouteTableIr => {
    const ports = [port];
    const routes: RouteIr[] = [];
    for (const [name, route] of written) {
      if (route.port !== undefined && route.port !== port.name) continue;
      routes.push(normalizeRoute(name, route, placeAt(["routes", known.key, name], name, known, ports, around)));
    }
    inOrder(routes);
    if (!routes.some(matchesEverything)) routes.push(fallback(known, ports, around));
    return { name: port.name, routes: trimmed(routes) };
  });
}

/** A service answers what no route speaks of, after all of them: a first route for some requests must not cut off all others. */
function fallback(known: Known, ports: readonly PortIr[], around: Surroundings): RouteIr {
  const quiet = { ...around, report: new Report() };
  return normalizeRoute(FALLBACK, {}, placeAt(["services", known.key], FALLBACK, known, ports, quiet));
}

/** Field by field: there is one of each route, and to spread what is around would take longer than some slices. */
const placeAt = (
  path: ModelPath,
  name: string,
  service: Known,
  ports: readonly PortIr[],
  { report, directory, asOf }: Surroundings,
): RoutePlace => ({ report, path, directory, asOf, name, service, ports });

function forwardsOf(tables: readonly RouteTableIr[], { id }: Known): readonly Forward[] {
  const forwards: Forward[] = [];
  for (const { name: port, routes } of tables)
    for (const route of routes)
      for (const destination of route.split?.destinations ?? [])
        if (destination.service !== id)
          forwards.push({ port, source: route.matching.source, edge: edgeTo(destination, route.path) });
  return forwards;
}

/** Where a route sends requests. */
export const targetsOf = ({ split, path }: RouteIr): EdgeIr[] =>
  (split?.destinations ?? []).map((destination) => edgeTo(destination, path));

const edgeTo = ({ service, port }: DestinationIr, route: ModelPath): EdgeIr => ({ to: service, port, route });

/** The name of the route that is there when nobody wrote one for all requests. */
export const FALLBACK = "otherwise";

const matchesEverything = ({ matching }: RouteIr): boolean =>
  matching.path === undefined &&
  matching.methods === undefined &&
  matching.authority === undefined &&
  matching.source === undefined &&
  matching.headers.length + matching.query.length + matching.cookies.length === 0;

/** The order in which routes are tried; of equals, which can never match the same request, by name. */
export const inOrder = (routes: RouteIr[]): readonly RouteIr[] =>
  sort(routes, (a, b) => compareSpecificity(a.matching, b.matching) || byText(a.name, b.name));

export function normalizeRoute(name: string, written: WrittenRoute, place: RoutePlace): RouteIr {
  const answers = written.redirect !== undefined || written.respond !== undefined;
  const slots: Record<string, unknown> = { name, path: place.path };
  for (const capability of routeCapabilities) {
    if (capability.slot === "split" && answers) continue;
    const slot = capability.normalize(written as never, place);
    if (slot !== undefined) slots[capability.slot] = slot;
  }
  checkAction(written, answers, place);
  const route = slots as unknown as RouteIr;
  for (const { slot, check } of CHECKING) {
    const ir = route[slot];
    if (ir !== undefined) check?.(ir as never, place, route);
  }
  for (const capability of LIMITED) checkRouteLimits(capability, route, place);
  return route;
}

const CHECKING = routeCapabilities.filter(({ check }) => check !== undefined);
const LIMITED = routeCapabilities.filter(({ limits }) => limits !== undefined);

/** What acts between caller and service: a route that answers by itself has no such way. */
const ON_THE_WAY = ["fault", "retries", "rewrite", "timeout", "perTryTimeout"];

/** A request is sent on, redirected or answered: exactly one of these. At a service, no action means the service itself. */
function checkAction(written: WrittenRoute, answers: boolean, { report, path, service }: RoutePlace): void {
  if (!answers && (written.to !== undefined || service !== undefined)) return;
  const found = ["to", "redirect", "respond"].filter((field) => written[field] !== undefined);
  if (found.length !== 1) report.add(noAction, { found }, { path });
  if (!answers) return;
  for (const field of ON_THE_WAY)
    if (written[field] !== undefined) report.add(answerWithPolicy, { field }, { path: [...path, field] });
}

// --- what services and proxies carry -------------------------------------------------------------------------------

/** The field of a service, else the mesh's default where the slice has one. */
export const writtenOrDefault = (
  field: string,
  own: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): unknown => own[field] ?? defaults[field];

export const inheritedServiceFields: ReadonlySet<string> = new Set(
  serviceCapabilities.filter(({ inherited }) => inherited).map(({ field }) => field),
);
