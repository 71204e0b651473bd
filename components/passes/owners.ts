/** What needs the consent of another owner: calls of their services, and routes of a gateway under which their services answer. */
import { routeNotAllowed } from "../capabilities/gateways/codes.ts";
import { callNotAllowed, unknownOwner } from "../capabilities/services/codes.ts";
import type { Known } from "../contract/capability.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { Report } from "../diagnostics/report.ts";
import { placeOf } from "../ir/edges.ts";
import type { PathMatch } from "../ir/match.ts";
import type { EdgeIr, RouteIr, ServiceId } from "../ir/mesh-ir.ts";
import type { ModelPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { distinct } from "../values/order.ts";
import type { Part } from "./normalize.ts";
import type { WrittenMesh } from "./read.ts";

type Owned = Pick<Known, "owner">;

type Parts = ReadonlyMap<ServiceId, Part>;

/**
 * Calls that were written, and those that routes make. A caller that belongs to nobody is no other owner's: it is refused only by a
 * service that says whom it admits. Otherwise to name the first owner of a mesh would refuse every call of that service.
 * In most meshes nobody owns anything: `owned` may leave out who has no owner.
 */
export function checkConsent(
  calls: readonly EdgeIr[],
  caller: Owned & { readonly path: ModelPath },
  owned: Parts,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (owned.size === 0) return found;
  for (const edge of calls) {
    const callee = owned.get(edge.to as ServiceId)?.known;
    if (callee?.owner === undefined || callee.owner === caller.owner) continue;
    const { allowCallers } = callee;
    if (caller.owner === undefined ? allowCallers === undefined : allowCallers?.includes(caller.owner)) continue;
    const args = { callee: callee.key, owner: callee.owner, caller: caller.owner ?? "" };
    found.push(diagnose(callNotAllowed, args, { path: placeOf(edge, caller.path) }));
  }
  return found;
}

interface Door extends Owned {
  readonly allowRoutes: ReadonlyMap<string, readonly string[]>;
}

/** A route is of whoever owns the service that it leads to. */
export function checkAttachment(
  { split, matching, path }: RouteIr,
  { owner: gateway, allowRoutes }: Door,
  parts: Parts,
  report: Report,
): void {
  if (gateway === undefined) return;
  for (const { service } of split?.destinations ?? []) {
    const known = parts.get(service)?.known;
    if (known?.owner === undefined || known.owner === gateway) continue;
    const allowed = allowRoutes.get(known.owner) ?? [];
    if (allowed.some((prefix) => isBelow(matching.path, prefix))) continue;
    report.add(routeNotAllowed, { gateway, service: known.key, owner: known.owner, allowed }, { path });
  }
}

/** By whole segments, as routes match. What a regular expression matches is known to nobody. */
function isBelow(path: PathMatch | undefined, prefix: string): boolean {
  const base = prefix.replace(/\/+$/, "");
  if (base === "") return true;
  return path !== undefined && path.kind !== "regex" && (path.path === base || path.path.startsWith(`${base}/`));
}

/** Leave that is given to nobody: a name that was mistyped, or a team that is gone. */
export function checkOwners({ settings, entries, gateways }: WrittenMesh, report: Report): void {
  const everybody = [...[...entries.values()].map(({ service }) => service), ...gateways.values(), settings];
  const known = distinct(everybody.flatMap(({ owner }) => owner ?? []));
  const check = (owner: string, path: readonly (string | number)[]): void => {
    if (!known.includes(owner))
      report.add(unknownOwner, { owner, nearest: nearest(owner, known) ?? "", known }, { path, got: owner });
  };
  for (const [key, { service }] of entries)
    for (const [index, owner] of (service.allowCallers ?? []).entries())
      check(owner, ["services", key, "allowCallers", index]);
  for (const [key, { allowRoutes }] of gateways)
    for (const owner of allowRoutes?.keys() ?? []) check(owner, ["gateways", key, "allowRoutes", owner]);
}
