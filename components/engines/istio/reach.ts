/** Who reaches what: which of a service's routes anybody can come to, and which services those lead to, from which namespaces. */
import type { CallerIr, GatewayIr, RouteIr, RouteTableIr, ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";

/** By destination: the namespaces whose proxies must know how to speak to it. */
export type Reach = ReadonlyMap<ServiceId, ReadonlySet<string>>;

export function reachOf(services: readonly ServiceIr[], gateways: readonly GatewayIr[]): Reach {
  const reach = new Map<ServiceId, Set<string>>();
  const add = (tables: readonly RouteTableIr[], namespaces: Iterable<string>) => {
    for (const destination of destinationsOf(tables)) {
      const known = reach.get(destination) ?? new Set();
      for (const namespace of namespaces) known.add(namespace);
      reach.set(destination, known);
    }
  };
  const ids = new Set(services.map(({ id }) => id));
  for (const service of services) {
    for (const { namespace } of service.callers) {
      const known = reach.get(service.id) ?? new Set();
      reach.set(service.id, known.add(namespace));
    }
    const callers = service.callers.filter(({ from }) => ids.has(from));
    for (const table of reachableTables(service, callers))
      add(
        [table],
        callers.filter(({ port }) => port === table.name).map(({ namespace }) => namespace),
      );
  }
  for (const { hosts, namespace } of gateways) add(hosts, [namespace]);
  return reach;
}

/** A route for a caller that does not call this port is none, and neither is the table of a port that nobody calls. */
export const reachableTables = ({ routes }: ServiceIr, callers: readonly CallerIr[]): readonly RouteTableIr[] =>
  routes.map((table) => reachableTable(table, callers)).filter((table) => table.routes.length > 0);

function reachableTable({ name, routes }: RouteTableIr, callers: readonly CallerIr[]): RouteTableIr {
  const here = callers.filter(({ port }) => port === name);
  const isFor = ({ matching: { source } }: RouteIr) => source === undefined || here.some(({ from }) => from === source);
  return { name, routes: here.length === 0 ? [] : routes.filter(isFor) };
}

export const destinationsOf = (tables: readonly RouteTableIr[]): readonly ServiceId[] => [
  ...new Set(
    tables.flatMap(({ routes }) =>
      routes.flatMap(({ split }) => (split?.destinations ?? []).map((destination) => destination.service)),
    ),
  ),
];
