/** The way out of a caller's proxy: it knows just what its service declares, by authority. */

import { isDeclared } from "../ir/edges.ts";
import { domainsOf, hostsOf } from "../ir/hosts.ts";
import type { EdgeIr, ExternalIr, ServiceId, ServiceIr } from "../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../ir/port.ts";
import type { RouteTable } from "./route-table.ts";

export type WayOut =
  | { readonly kind: "service"; readonly service: ServiceIr; readonly port: PortIr; readonly table: RouteTable }
  | { readonly kind: "external"; readonly external: ExternalIr; readonly port: PortIr };

/** Whom edges lead to. */
export interface Callees {
  service(id: ServiceId): ServiceIr | undefined;
  external(id: string): ExternalIr | undefined;
  /** Prepared once for all callers. */
  table(service: ServiceIr, port: string): RouteTable | undefined;
}

/** By every spelling of an authority that leads somewhere. */
export function waysOutOf(caller: ServiceIr, callees: Callees): ReadonlyMap<string, WayOut> {
  const ways = new Map<string, WayOut>();
  for (const edge of caller.calls) {
    // A route makes this call, not the caller: no name leads there.
    if (!isDeclared(edge)) continue;
    for (const [domain, way] of waysOf(edge, caller, callees)) ways.set(domain.toLowerCase(), way);
  }
  return ways;
}

function waysOf(
  { to, port: name }: EdgeIr,
  caller: ServiceIr,
  callees: Callees,
): readonly (readonly [string, WayOut])[] {
  const external = callees.external(to);
  const service = callees.service(to as ServiceId);
  const ports = (external ?? service)?.ports ?? [];
  const port = ports.find((one) => one.name === name);
  if (port === undefined || !speaksHttp(port)) return [];
  if (external !== undefined)
    return domainsOf([external.host], port, ports).map((domain) => [domain, { kind: "external", external, port }]);
  if (service === undefined) return [];
  const table = callees.table(service, name);
  if (table === undefined) return [];
  const hosts = hostsOf(service.name, service.namespace, service.namespace === caller.namespace);
  return domainsOf(hosts, port, ports).map((domain) => [domain, { kind: "service", service, port, table }]);
}
