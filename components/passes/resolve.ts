/**
 * The third pass: parts → services of the IR. Edges are joined, so that each service knows whom it calls and who calls it.
 */
import { proxyCapabilities, serviceCapabilities } from "../capabilities/registry.ts";
import type { Directory, ServicePlace } from "../contract/capability.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { Report } from "../diagnostics/report.ts";
import type { CallerIr, EdgeIr, ServiceId, ServiceIr } from "../ir/mesh-ir.ts";
import type { ProxySlots } from "../ir/slots.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import { deepFreeze } from "../values/deep-freeze.ts";
import { sortedBy } from "../values/order.ts";
import { spiffeId } from "../values/spiffe-id.ts";
import { checkServiceLimits } from "./limits.ts";
import { inheritedServiceFields, type Part, writtenOrDefault } from "./normalize.ts";
import type { Entry, Settings } from "./read.ts";

/**
 * A service's calls: those it declares, and those that its callees' routes make on its behalf. In most meshes no route does:
 * `forwarding` may leave out the services that have none.
 */
export function effectiveCalls(part: Part, forwarding: ReadonlyMap<ServiceId, Part>): readonly EdgeIr[] {
  if (forwarding.size === 0) return part.calls;
  const derived: EdgeIr[] = [];
  for (const { to, port } of part.calls)
    derived.push(...forwardedBy(forwarding.get(to as ServiceId), port, part.known.id));
  if (derived.length === 0) return part.calls;
  const edges = new Map(part.calls.map((edge) => [idOf(edge), edge]));
  for (const edge of derived) if (!edges.has(idOf(edge))) edges.set(idOf(edge), edge);
  return sortedBy(edges, ([id]) => id).map(([, edge]) => edge);
}

const idOf = ({ to, port }: EdgeIr): string => `${to} ${port}`;

/** Where a callee's routes send the requests of this caller, other than to the callee or the caller itself. */
const forwardedBy = (callee: Part | undefined, port: string, caller: ServiceId): readonly EdgeIr[] =>
  callee === undefined || callee.forwards.length === 0
    ? NONE
    : callee.forwards
        .filter((one) => one.port === port && (one.source === undefined || one.source === caller))
        .map(({ edge }) => edge)
        .filter(({ to }) => to !== caller);

const NONE: readonly EdgeIr[] = [];

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
  const slots: Record<string, unknown> = {};
  for (const capability of serviceCapabilities) {
    const inherits = inheritedServiceFields.has(capability.field);
    const isDefault = inherits && entry.service[capability.field] === undefined;
    const written = inherits
      ? writtenOrDefault(capability.field, entry.service, settings.defaults)
      : entry.service[capability.field];
    // A default is the mesh's: what is wrong with it is reported at the mesh, once per service that takes it.
    const at = isDefault && written !== undefined ? { ...place, path: [] } : place;
    const slot = capability.normalize(written, at);
    capability.check?.(slot, at);
    checkServiceLimits(capability, slot as never, at);
    slots[capability.slot] = slot;
  }
  const name = entry.service.name ?? entry.key;
  const serviceAccount = entry.service.serviceAccount ?? name;
  const service = {
    id: known.id,
    key: entry.key,
    namespace: known.namespace,
    name,
    ...(known.owner === undefined ? {} : { owner: known.owner }),
    serviceAccount,
    identity: spiffeId(settings.trustDomain, known.namespace, serviceAccount),
    ports: known.ports,
    versions: known.versions,
    calls,
    callers,
    routes: part.tables,
    path: ["services", entry.key],
    ...slots,
    ...proxySlots(entry.service, settings, place),
  } as unknown as ServiceIr;
  return { service: deepFreeze(service), found: report.sorted() };
}

/** What every proxy carries: its own value, else the mesh's, else the slice's default. */
export function proxySlots(
  own: Readonly<Record<string, unknown>>,
  { defaults }: Settings,
  place: Pick<ServicePlace, "report" | "path" | "directory" | "asOf">,
): ProxySlots {
  const slots: Record<string, unknown> = {};
  for (const { slot, field, normalize } of proxyCapabilities)
    slots[slot] = normalize(writtenOrDefault(field, own, defaults), place);
  return slots as unknown as ProxySlots;
}
