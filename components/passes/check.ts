/** The fourth pass: what no slice can see alone. */
import { checkAudit } from "../capabilities/access/check.ts";
import { emptyNamespace } from "../capabilities/access/codes.ts";
import { ambiguousRoutes, sourceNeverCalls, unreachedRoute } from "../capabilities/matching/codes.ts";
import { covers } from "../capabilities/matching/order.ts";
import { sameService, sharedAccount, sharedVersions, sharedWorkloads } from "../capabilities/services/codes.ts";
import { leadsBack } from "../capabilities/traffic-split/codes.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Report } from "../diagnostics/report.ts";
import type { CallerIr, GatewayIr, RouteIr, RouteTableIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import { formatPath, type ModelPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { NONE } from "../values/none.ts";
import { gatewayNameTaken } from "./codes.ts";
import type { Part } from "./normalize.ts";
import type { Settings } from "./read.ts";
import { findTies } from "./ties.ts";
import { findUnreached } from "./unreached.ts";

/**
 * Two routes that can match one request and tie, and routes that another leaves no request: of one service, or one gateway.
 *
 * @param found what has been said of them: a route whose conditions could not be read asks for nothing, and would tie with others
 */
export function checkTables(written: readonly RouteTableIr[], found: readonly Diagnostic[]): readonly Diagnostic[] {
  const tables = readable(written, found);
  return tables
    .flatMap(({ routes }) => tiesIn(routes))
    .concat(unreachedIn(tables).map(([route, by]) => unreached(route, by)));
}

function readable(tables: readonly RouteTableIr[], found: readonly Diagnostic[]): readonly RouteTableIr[] {
  if (found.length === 0) return tables;
  const errors = found.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return tables;
  const unread = new Set(errors.filter(({ path }) => path[depthOf(path)] === "when").map(({ path }) => routeOf(path)));
  return tables.map((table) => ({ ...table, routes: table.routes.filter(({ path }) => !unread.has(routeOf(path))) }));
}

/** `routes.<service>.<route>`, `gateways.<gateway>.routes.<route>`. */
const routeOf = (path: ModelPath): string => formatPath(path.slice(0, depthOf(path)));

const depthOf = ([section]: ModelPath): number => (section === "gateways" ? 4 : 3);

/** Routes for a service that never calls this one: by its port, as proxies know it. */
export function checkSources(
  tables: readonly RouteTableIr[],
  callers: readonly CallerIr[],
  service: string,
): readonly Diagnostic[] {
  if (!tables.some(({ routes }) => routes.some(({ matching }) => matching.source !== undefined))) return NONE;
  const asking = tables.flatMap(({ name: port, routes }) =>
    routes.flatMap(({ matching: { source }, path }) => (source === undefined ? [] : [{ source, path, port }])),
  );
  const calls = new Set(callers.map(({ from, port }) => `${from} ${port}`));
  return [...Map.groupBy(asking, ({ path }) => formatPath(path)).values()].flatMap((standing) => {
    const [first] = standing;
    if (first === undefined || standing.some(({ source, port }) => calls.has(`${source} ${port}`))) return [];
    const caller = first.source.split("/").at(-1) ?? "";
    return [diagnose(sourceNeverCalls, { caller, service }, { path: first.path })];
  });
}

/** Routes that lead a caller back to itself, where nothing lets it in, unless one before them takes all of its requests. */
export function checkReturns({ tables, forwards }: Part, callers: readonly CallerIr[]): readonly Diagnostic[] {
  if (forwards.length === 0) return NONE;
  const led = new Set<string>(forwards.map(({ edge }) => edge.to));
  const found = new Map<string, Diagnostic>();
  for (const { from, key, port } of callers) {
    if (!led.has(from)) continue;
    const seen = seenBy(from, tables.find(({ name }) => name === port)?.routes ?? NONE);
    for (const [index, { matching, split, path: route }] of seen.entries()) {
      if (split?.destinations.some(({ service }) => service === from) !== true) continue;
      if (seen.slice(0, index).some((before) => covers(before.matching, matching))) continue;
      const path = [...route, "to"];
      found.set(formatPath([...path, key]), diagnose(leadsBack, { caller: key }, { path }));
    }
  }
  return [...found.values()];
}

/** The routes that a caller sees, without what all of its requests fulfil. */
const seenBy = (caller: string, routes: readonly RouteIr[]): readonly RouteIr[] =>
  routes
    .filter(({ matching: { source } }) => source === undefined || source === caller)
    .map(({ matching: { source, ...matching }, ...route }) => ({ ...route, matching }));

/** One of a route: of a table in which all tie, each with each would be told of for minutes. */
function tiesIn(routes: readonly RouteIr[]): readonly Diagnostic[] {
  const ties = findTies(routes);
  if (ties.length === 0) return NONE;
  return [...Map.groupBy(ties, ([route]) => route)].map(([route, [first, ...more]]) => {
    const other = formatPath(first?.[1].path ?? []);
    return diagnose(ambiguousRoutes, { other, more: more.length }, { path: route.path });
  });
}

/** A route stands in the table of each port or host that it is for, and may be reached in one of them. */
function unreachedIn(tables: readonly RouteTableIr[]): readonly (readonly [RouteIr, RouteIr])[] {
  const found = tables.flatMap(({ routes }) => findUnreached(routes)).filter(([route]) => isWritten(route));
  if (found.length === 0) return found;
  const standing = Map.groupBy(tables.flatMap(({ routes }) => routes).filter(isWritten), ({ name }) => name);
  const byName = Map.groupBy(found, ([{ name }]) => name);
  return [...byName].flatMap(([name, all]) => (all.length === standing.get(name)?.length ? all.slice(0, 1) : []));
}

/** What a service does without routes of its own, nobody has written; it has a name that another route may have. */
const isWritten = ({ path }: RouteIr): boolean => path[0] !== "services";

const unreached = (route: RouteIr, by: RouteIr): Diagnostic =>
  diagnose(unreachedRoute, { other: formatPath(by.path) }, { path: route.path });

/** Names, identities and accounts that two would share. */
export function checkNames(services: readonly ServiceIr[], gateways: readonly GatewayIr[], report: Report): void {
  const ids = new Map<string, ModelPath>();
  const accounts = new Map<string, ModelPath>();
  for (const { id, path, identity, serviceAccount } of [...services, ...gateways]) {
    const other = ids.get(id);
    const sharer = accounts.get(identity);
    if (other !== undefined)
      report.add(path[0] === "gateways" ? gatewayNameTaken : sameService, { other: formatPath(other) }, { path });
    else if (sharer !== undefined)
      report.add(sharedAccount, { other: formatPath(sharer), account: serviceAccount }, { path });
    ids.set(id, path);
    accounts.set(identity, path);
  }
}

/** Workloads that two services of a namespace would select: who has all labels of one selector and more is selected by it, too. */
export function checkSelectors(services: readonly ServiceIr[], report: Report): void {
  for (const neighbours of Map.groupBy(services, ({ namespace }) => namespace).values())
    checkNamespace(neighbours.flatMap(selectorsOf), report);
}

function checkNamespace(selectors: readonly Selector[], report: Report): void {
  const holders = new Map<string, Selector[]>();
  for (const selector of selectors)
    for (const label of selector.labels) {
      const known = holders.get(label);
      if (known === undefined) holders.set(label, [selector]);
      else known.push(selector);
    }
  for (const { labels, service, version } of selectors) {
    // Without labels none is selected.
    let candidates: readonly Selector[] = labels.length === 0 ? [] : selectors;
    for (const label of labels) {
      const holding = holders.get(label) ?? [];
      if (holding.length < candidates.length) candidates = holding;
    }
    const isSelected = (one: Selector) => labels.every((label) => one.labels.includes(label));
    const other = candidates.find((one) => one.service !== service && isSelected(one));
    if (other !== undefined) {
      const args = { other: formatPath(other.service.path), labels: labels.join(",") };
      report.add(sharedWorkloads, args, { path: service.path });
    }
    const sibling = candidates.find((one) => one.service === service && one.version !== version && isSelected(one));
    if (sibling !== undefined && version !== undefined)
      report.add(
        sharedVersions,
        { wide: version, narrow: sibling.version ?? "" },
        { path: [...service.path, "selectors", version] },
      );
  }
}

interface Selector {
  readonly service: ServiceIr;
  /** Absent: it has none. */
  readonly version?: string;
  /** Each as `label=value`. */
  readonly labels: readonly string[];
}

/** A service without versions is known by its name. */
function selectorsOf(service: ServiceIr): readonly Selector[] {
  const { versions, name } = service;
  if (versions.length === 0) return [{ service, labels: [`app=${name}`] }];
  return versions.map(({ name: version, selector }) => ({
    service,
    version,
    labels: Object.entries(selector).map(([label, value]) => `${label}=${value}`),
  }));
}

/** What is written for namespaces: some service must be in each. */
export function checkNamespaces(
  written: Settings["namespaces"],
  services: readonly ServiceIr[],
  asOf: CalendarDate | undefined,
  report: Report,
): void {
  const known = new Set(services.map(({ namespace }) => namespace));
  for (const [namespace, fields] of written) {
    checkAudit(namespace, fields, asOf, report);
    if (known.has(namespace)) continue;
    const args = { namespace, nearest: nearest(namespace, known) ?? "" };
    report.add(emptyNamespace, args, { path: ["namespaces", namespace], got: namespace });
  }
}
