/**
 * How callers reach a service: one DestinationRule and one VirtualService for its host, in its own namespace, seen by the
 * namespaces of its callers alone. A second one for the same host would be ignored or half merged without a word
 * (engines.md B1, Precedence).
 */
import type { RouteTableIr, ServiceIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { MeshObject } from "../kubernetes.ts";
import { type Context, ownerOf, serviceFragments } from "./context.ts";
import { hostOf, placeOf } from "./names.ts";
import { exportTo, objectId, present } from "./objects.ts";
import { destinationsOf, reachableTables } from "./reach.ts";
import { httpRoutes } from "./routes.ts";

/** Istio's default is 10 s, longer than most callers wait. */
export const CONNECT_TIMEOUT: JsonObject = { tcp: { connectTimeout: "1s" } };

/** Nothing where nobody calls, and no route leads. */
export function trafficObjects(service: ServiceIr, context: Context): readonly MeshObject[] {
  const namespaces = context.reach.get(service.id);
  if (namespaces === undefined) return [];
  return [destinationRule(service, namespaces, context), ...virtualService(service, context)];
}

function destinationRule(service: ServiceIr, namespaces: ReadonlySet<string>, context: Context): MeshObject {
  const subsets = service.versions.map(({ name, selector }) => ({ name, labels: selector }));
  return context.make("DestinationRule", ownerOf(service), {
    host: hostOf(service),
    trafficPolicy: present({
      connectionPool: CONNECT_TIMEOUT,
      tls: serviceFragments(service, context).get("destination.tls"),
    }),
    subsets: subsets.length === 0 ? undefined : subsets,
    exportTo: exportTo(service.namespace, namespaces),
  });
}

/** For callers inside the mesh; a gateway has routes of its own. */
function virtualService(service: ServiceIr, context: Context): readonly MeshObject[] {
  const callers = service.callers.filter(({ from }) => context.services.has(from));
  const tables = reachableTables(service, callers);
  if (tables.length === 0) return [];
  const several = service.routes.length > 1;
  const routes = tables.flatMap((table) => {
    const port = several ? service.ports.find(({ name }) => name === table.name)?.number : undefined;
    return table.routes.flatMap((route) => httpRoutes(route, context, port));
  });
  const spec = {
    hosts: [hostOf(service)],
    gateways: ["mesh"],
    http: routes,
    exportTo: exportTo(
      service.namespace,
      callers.map(({ namespace }) => namespace),
    ),
  };
  return [context.make("VirtualService", ownerOf(service), spec, { after: rulesOf(tables) })];
}

/** The DestinationRules that must be there before routes that lead to their hosts. */
export const rulesOf = (tables: readonly RouteTableIr[]): readonly string[] =>
  destinationsOf(tables)
    .map(placeOf)
    .map(({ namespace, name }) => objectId(namespace, name, "DestinationRule"))
    .sort();
