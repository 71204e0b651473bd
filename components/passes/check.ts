/** The fourth pass: what no slice can see alone. */
import { ambiguousRoutes } from "../capabilities/matching/codes.ts";
import { sameService, sharedAccount } from "../capabilities/services/codes.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Report } from "../diagnostics/report.ts";
import type { GatewayIr, RouteIr, RouteTableIr, ServiceIr } from "../ir/mesh-ir.ts";
import { formatPath } from "../values/model-path.ts";
import { gatewayNameTaken } from "./codes.ts";
import { findTies } from "./ties.ts";

/** Two routes that can match one request and tie. */
export const checkTables = (tables: readonly RouteTableIr[]): readonly Diagnostic[] =>
  tables.flatMap(({ routes }) => findTies(routes).map(([a, b]) => ambiguous(a, b)));

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
