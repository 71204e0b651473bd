/**
 * The third pass: parts → services of the IR. Edges are joined, so that each service knows whom it calls and who calls it.
 */
import { proxyCapabilities, serviceCapabilities } from "../capabilities/registry.ts";
import type { Directory, ServicePlace } from "../contract/capability.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import type { CallerIr, EdgeIr, GatewayIr, RouteIr, ServiceId, ServiceIr } from "../ir/mesh-ir.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import { deepFreeze } from "../values/deep-freeze.ts";
import { sortedBy } from "../values/order.ts";
import { spiffeId } from "../values/spiffe-id.ts";
import { inheritedServiceFields, type Part, writtenOrDefault } from "./normalize.ts";
import type { Entry, Settings } from "./read.ts";

/** A service's calls: those it declares, and those that its callees' routes make on its behalf. */
export function effectiveCalls(part: Part, parts: ReadonlyMap<ServiceId, Part>): readonly EdgeIr[] {
  const edges = new Map(part.calls.map((edge) => [`${edge.to} ${edge.port}`, edge]));
  for (const { to, port } of part.calls) {
    for (const derived of forwardedBy(parts.get(to as ServiceId), port, part.known.id)) {
      const id = `${derived.to} ${derived.port}`;
      if (!edges.has(id) && derived.to !== part.known.id) edges.set(id, derived);
    }
  }
  return sortedBy(edges, ([id]) => id).map(([, edge]) => edge);
}

/** Where a callee's routes send the requests of this caller, other than to the callee itself. */
function forwardedBy(callee: Part | undefined, port: string, caller: ServiceId): EdgeIr[] {
  const routes = callee?.tables.find(({ name }) => name === port)?.routes ?? [];
  return routes
    .filter(({ matching }) => matching.source === undefined || matching.source === caller)
    .flatMap((route) => targetsOf(route, callee?.known.id));
}

/** Routes of other services that send requests on to this one make their callers its callers. */
export const targetsOf = ({ split, path }: RouteIr, self: ServiceId | undefined): EdgeIr[] =>
  (split?.destinations ?? [])
    .filter(({ service }) => service !== self)
    .map(({ service, port }) => ({ to: service, port, path }));

export interface Surroundings {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly asOf: CalendarDate | undefined;
}

export interface Finished {
  readonly service: ServiceIr;
  readonly found: readonly Diagnostic[];
}

export function finishService(
  entry: Entry,
  part: Part,
  calls: readonly EdgeIr[],
  callers: readonly CallerIr[],
  around: Surroundings,
): Finished {
  const { settings, directory, asOf } = around;
  const { known } = part;
  const report = new Report();
  const place: ServicePlace = { report, path: ["services", entry.key], directory, asOf, service: known, callers };
  const slots = serviceCapabilities.map((capability) => {
    const inherits = inheritedServiceFields.has(capability.field);
    const isDefault = inherits && entry.service[capability.field] === undefined;
    const written = inherits
      ? writtenOrDefault(capability.field, entry.service, settings.defaults)
      : entry.service[capability.field];
    // A default is the mesh's: what is wrong with it is reported at the mesh, once per service that takes it.
    const at = isDefault && written !== undefined ? { ...place, path: [] } : place;
    const slot = capability.normalize(written, at);
    capability.check?.(slot, at);
    return [capability.slot, slot] as const;
  });
  const name = entry.service.name ?? entry.key;
  const serviceAccount = entry.service.serviceAccount ?? name;
  const service = {
    id: known.id,
    key: entry.key,
    namespace: known.namespace,
    name,
    ...(entry.service.owner === undefined ? {} : { owner: entry.service.owner }),
    serviceAccount,
    identity: spiffeId(settings.trustDomain, known.namespace, serviceAccount),
    ports: known.ports,
    versions: known.versions,
    calls,
    callers,
    routes: part.tables,
    path: ["services", entry.key],
    ...Object.fromEntries(slots),
    ...proxySlots(entry.service, settings, place),
  } as unknown as ServiceIr;
  return { service: deepFreeze(service), found: report.sorted() };
}

/** What every proxy carries: its own value, else the mesh's, else the slice's default. */
export const proxySlots = (
  own: Readonly<Record<string, unknown>>,
  { defaults }: Settings,
  place: Pick<ServicePlace, "report" | "path" | "directory" | "asOf">,
) =>
  Object.fromEntries(
    proxyCapabilities.map((capability) => [
      capability.slot,
      capability.normalize(writtenOrDefault(capability.field, own, defaults), place),
    ]),
  ) as Pick<GatewayIr, "accessLogs" | "metrics">;
