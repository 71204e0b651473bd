/** The fourth pass: what no slice can see alone. Linear in services and routes. */
import { ambiguousRoutes } from "../capabilities/matching/codes.ts";
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import { needsPriority } from "../capabilities/matching/order.ts";
import { sameService, sharedAccount, sharedWorkloads } from "../capabilities/services/codes.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Report } from "../diagnostics/report.ts";
import type { GatewayIr, RouteIr, RouteTableIr, ServiceIr } from "../ir/mesh-ir.ts";
import { formatPath } from "../values/model-path.ts";
import { gatewayNameTaken } from "./codes.ts";

/**
 * Two routes that can match one request and tie. Compared are only those that could: same priority, same path or a regex beside it.
 */
export function checkTables(tables: readonly RouteTableIr[]): readonly Diagnostic[] {
  return tables.flatMap(({ routes }) => {
    if (routes.length < 2) return [];
    const regexes = routes.filter(({ matching }) => matching.path?.kind === "regex");
    const groups = Map.groupBy(routes, ({ matching }) => groupOf(matching));
    const pairs = [
      ...[...groups.values()].flatMap(pairsOf),
      ...regexes.flatMap((regex) =>
        routes
          .filter(({ matching }) => matching.path !== undefined && matching.path.kind !== "regex")
          .map((other) => [regex, other] as const),
      ),
    ];
    return pairs.filter(([a, b]) => needsPriority(a.matching, b.matching)).map(([a, b]) => ambiguous(a, b));
  });
}

/** Routes of different groups have different paths that are equally specific only if they never match the same request. */
const groupOf = ({ priority, path }: MatchingIr): string =>
  `${priority} ${path === undefined ? "" : path.kind === "regex" ? "regex" : `${path.kind} ${path.path}`}`;

const pairsOf = (routes: readonly RouteIr[]): (readonly [RouteIr, RouteIr])[] =>
  routes.flatMap((a, index) => routes.slice(index + 1).map((b) => [a, b] as const));

const ambiguous = (a: RouteIr, b: RouteIr): Diagnostic =>
  diagnose(ambiguousRoutes, { other: formatPath(b.path) }, { path: a.path });

/** Names, identities and accounts that two would share. */
export function checkNames(services: readonly ServiceIr[], gateways: readonly GatewayIr[], report: Report): void {
  const ids = new Map<string, string>();
  const accounts = new Map<string, string>();
  for (const { id, path, identity, serviceAccount } of [...services, ...gateways]) {
    const here = formatPath(path);
    const other = ids.get(id);
    if (other !== undefined) report.add(path[0] === "gateways" ? gatewayNameTaken : sameService, { other }, { path });
    const sharer = accounts.get(identity);
    if (other === undefined && sharer !== undefined)
      report.add(sharedAccount, { other: sharer, account: serviceAccount }, { path });
    ids.set(id, here);
    accounts.set(identity, here);
  }
}

/** Workloads that two services of a namespace would select: who has all labels of one selector and more is selected by it, too. */
export function checkSelectors(services: readonly ServiceIr[], report: Report): void {
  const all = services.flatMap(selectorsOf);
  const holders = new Map<string, Selector[]>();
  for (const selector of all)
    for (const key of selector.keys) {
      const known = holders.get(key);
      if (known === undefined) holders.set(key, [selector]);
      else known.push(selector);
    }
  for (const { keys, service, labels } of all) {
    const candidates = keys.map((key) => holders.get(key) ?? []).sort((a, b) => a.length - b.length)[0] ?? [];
    const other = candidates.find((one) => one.service !== service && keys.every((key) => one.keys.includes(key)));
    if (other !== undefined)
      report.add(sharedWorkloads, { other: formatPath(other.service.path), labels }, { path: service.path });
  }
}

interface Selector {
  readonly service: ServiceIr;
  readonly labels: string;
  /** One per label, told apart by namespace. */
  readonly keys: readonly string[];
}

/** A service without versions is known by its name. */
const selectorsOf = (service: ServiceIr): readonly Selector[] =>
  (service.versions.length === 0 ? [{ app: service.name }] : service.versions.map(({ selector }) => selector)).map(
    (selector) => {
      const labels = Object.entries(selector).map(([label, value]) => `${label}=${value}`);
      return { service, labels: labels.join(","), keys: labels.map((label) => `${service.namespace} ${label}`) };
    },
  );
