/** The fourth pass: what no slice can see alone. Linear in services and routes. */
import { ambiguousRoutes } from "../capabilities/matching/codes.ts";
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import { needsPriority } from "../capabilities/matching/order.ts";
import { sameService, sharedAccount } from "../capabilities/services/codes.ts";
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
