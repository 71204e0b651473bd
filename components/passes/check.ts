/** The fourth pass: what no slice can see alone. */
import { ambiguousRoutes } from "../capabilities/matching/codes.ts";
import { sameService, sharedAccount, sharedWorkloads } from "../capabilities/services/codes.ts";
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
