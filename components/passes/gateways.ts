/** Gateways and external services → IR. They are few and change rarely, so they are always compiled as a whole. */

import { hostTwice, nameTaken, tlsUnused } from "../capabilities/external-services/codes.ts";
import { normalizeExternalTls } from "../capabilities/external-services/normalize.ts";
import { routesIgnored, unknownGatewayHost } from "../capabilities/gateways/codes.ts";
import { normalizeListeners } from "../capabilities/gateways/normalize.ts";
import { checkPorts, normalizePorts } from "../capabilities/services/normalize.ts";
import { DEFAULT_TIMEOUT } from "../capabilities/timeouts/normalize.ts";
import type { Directory, Known } from "../contract/capability.ts";
import type { Report } from "../diagnostics/report.ts";
import { hostsOf } from "../ir/hosts.ts";
import type { EdgeIr, ExternalIr, GatewayIr, RouteIr, RouteTableIr, ServiceId } from "../ir/mesh-ir.ts";
import { deepFreeze } from "../values/deep-freeze.ts";
import { distinct, sortedBy } from "../values/order.ts";
import { spiffeId } from "../values/spiffe-id.ts";
import { externalId, serviceId } from "./directory.ts";
import { checkExternalLimits, checkGatewayLimits } from "./limits.ts";
import { inOrder, normalizeRoute, type Part, targetsOf } from "./normalize.ts";
import { checkAttachment, checkConsent } from "./owners.ts";
import type { WrittenExternal, WrittenGateway } from "./read.ts";
import { proxySlots, type Surroundings } from "./resolve.ts";

export function normalizeGateway(
  key: string,
  written: WrittenGateway,
  parts: ReadonlyMap<ServiceId, Part>,
  around: Surroundings,
  report: Report,
): GatewayIr {
  const { settings, directory, asOf } = around;
  const path = ["gateways", key];
  const name = written.name ?? key;
  const namespace = written.namespace ?? settings.namespace;
  const serviceAccount = written.serviceAccount ?? name;
  const owner = written.owner ?? settings.owner;
  const listeners = normalizeListeners(written.listeners, path, report);
  const known = [...new Set(listeners.flatMap(({ hosts }) => hosts))].sort();
  const routes = sortedBy(written.routes, ([routeName]) => routeName).map(([routeName, route]) => {
    const place = { report, directory, asOf, ports: [], path: [...path, "routes", routeName], name: routeName };
    for (const host of route.hosts ?? [])
      if (!known.includes(host))
        report.add(unknownGatewayHost, { host, known }, { path: [...place.path, "hosts"], got: host });
    return { hosts: route.hosts ?? known, route: normalizeRoute(routeName, route, place) };
  });
  for (const { route } of routes) {
    checkIgnoredRoutes(route, parts, report);
    checkAttachment(route, { owner, allowRoutes: written.allowRoutes ?? new Map() }, parts, report);
  }
  const hosts = known.map(
    (host): RouteTableIr => ({
      name: host,
      routes: inOrder(routes.filter((item) => item.hosts.includes(host)).map(({ route }) => route)),
    }),
  );
  const calls = callsOf(routes.map(({ route }) => route));
  report.addAll(checkConsent(calls, { owner, path }, parts));
  const slots = proxySlots(written, settings, { report, path, directory, asOf });
  const gateway: GatewayIr = deepFreeze({
    id: serviceId(namespace, name),
    key,
    namespace,
    name,
    ...(owner === undefined ? {} : { owner }),
    serviceAccount,
    identity: spiffeId(settings.trustDomain, namespace, serviceAccount),
    listeners,
    hosts,
    calls,
    path,
    ...slots,
  });
  checkGatewayLimits(gateway, { report, directory });
  return gateway;
}

/** A gateway's routes are its calls. */
function callsOf(routes: readonly RouteIr[]): readonly EdgeIr[] {
  const edges = new Map(routes.flatMap(targetsOf).map((edge) => [`${edge.to} ${edge.port}`, edge]));
  return sortedBy(edges, ([id]) => id).map(([, edge]) => edge);
}

/** A gateway chooses versions itself, so a canary among the service's own routes would be bypassed without a word. */
function checkIgnoredRoutes({ split, path }: RouteIr, parts: ReadonlyMap<ServiceId, Part>, report: Report): void {
  for (const { service, version } of split?.destinations ?? []) {
    const part = parts.get(service);
    if (version !== undefined || part === undefined || part.routeNames.length === 0) continue;
    const ignored = { service: part.known.key, routes: distinct(part.routeNames) };
    report.add(routesIgnored, ignored, { path: [...path, "to"] });
  }
}

export function normalizeExternal(
  key: string,
  written: WrittenExternal,
  directory: Directory,
  report: Report,
): ExternalIr {
  const path = ["externals", key];
  const ports = normalizePorts(written.ports);
  checkPorts(written.ports, ports, path, report);
  if (written.tls !== undefined && ports.length > 0 && ports.every(({ protocol }) => protocol === "tls"))
    report.add(tlsUnused, {}, { path: [...path, "tls"] });
  const external: ExternalIr = deepFreeze({
    id: externalId(key),
    key,
    host: written.host,
    ports,
    tls: normalizeExternalTls(written.tls),
    timeouts: { request: DEFAULT_TIMEOUT },
    path,
  });
  checkExternalLimits(external, { report, directory });
  return external;
}

export function checkExternals(
  externals: readonly ExternalIr[],
  services: ReadonlyMap<string, Known>,
  report: Report,
): void {
  if (externals.length === 0) return;
  const hosts = new Map<string, string>(
    [...services.values()].flatMap((known) => namesOf(known).map((host) => [host, `services.${known.key}`] as const)),
  );
  for (const { key, host, path } of externals) {
    if (services.has(key)) report.add(nameTaken, { key }, { path });
    const other = hosts.get(host);
    if (other !== undefined) report.add(hostTwice, { other, host }, { path: [...path, "host"], got: host });
    hosts.set(host, `externals.${key}`);
  }
}

/** The names under which a service is known inside the mesh. */
function namesOf({ id }: Known): readonly string[] {
  const [, namespace = "", name = ""] = id.split("/");
  return hostsOf(name, namespace, true);
}
