/**
 * The contract of a slice: what a capability brings so that the passes can carry it, and what they tell it.
 * A slice attaches at one point: a route, a service (mesh-wide default and own value), or every proxy.
 */
import type { Enforcement } from "../capabilities/access/ir.ts";
import type { Code } from "../diagnostics/diagnostic.ts";
import type { Report } from "../diagnostics/report.ts";
import type { EnvoyFragment } from "../engines/envoy/slots.ts";
import type { IstioFragment } from "../engines/istio/slots.ts";
import type { Limit } from "../engines/limit.ts";
import type { EngineId, ReleaseOf, RenderedEngine } from "../engines/releases.ts";
import type { Difference, SupportTable } from "../engines/support.ts";
import type { CallerIr, ExternalId, RouteIr, ServiceId, ServiceIr } from "../ir/mesh-ir.ts";
import type { PortIr, VersionIr } from "../ir/port.ts";
import type { ProxySlots, RouteSlots, ServiceSlots } from "../ir/slots.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import type { ModelPath } from "../values/model-path.ts";
import type { Fields, Reader, ReadFields } from "./read.ts";

/** What may be asked about a service by its key before the IR is complete. */
export interface Known {
  readonly id: ServiceId;
  readonly key: string;
  readonly namespace: string;
  readonly owner: string | undefined;
  /** Other owners whose calls its own has agreed to. */
  /** Absent: it does not say. */
  readonly allowCallers: readonly string[] | undefined;
  readonly ports: readonly PortIr[];
  readonly versions: readonly VersionIr[];
}

/** The names of a mesh. */
export interface Directory {
  service(key: string): Known | undefined;
  external(key: string): { readonly id: ExternalId; readonly ports: readonly PortIr[] } | undefined;
  namespace(name: string): boolean;
  /** What access of the services of a namespace is for. */
  enforcementIn(namespace: string): Enforcement;
  /** All keys of services, for "did you mean". */
  serviceKeys(): Iterable<string>;
  /** Must the mesh run on this engine? */
  runsOn(engine: EngineId): boolean;
}

/** Where a slice works: whom to tell, where it stands, whom it can ask. */
export interface Place {
  readonly report: Report;
  readonly path: ModelPath;
  readonly directory: Directory;
  /** What day it is, where the edge of the program says so. */
  readonly asOf?: CalendarDate | undefined;
}

/** A route belongs to a service or to a gateway. */
export interface RoutePlace extends Place {
  readonly name: string;
  readonly service?: Known | undefined;
  /** The ports of the service that this route is for; empty at a gateway. */
  readonly ports: readonly PortIr[];
}

export interface ServicePlace extends Place {
  readonly service: Known;
  /** Who may call, once edges are known; empty while only the service itself is. */
  readonly callers: readonly CallerIr[];
}

/** What a slice gives to the kit of each engine. */
export interface FragmentOf {
  readonly istio: IstioFragment;
  readonly envoy: EnvoyFragment;
}

/** One renderer per engine: a missing one does not compile. `release` is the oldest that the mesh must run on. */
type Renderers<A extends readonly unknown[]> = {
  readonly [E in RenderedEngine]: {
    bivariant(...given: [...A, release: ReleaseOf<E>]): readonly FragmentOf[E][];
  }["bivariant"];
};

/** What an engine cannot do with these very values. */
type Limits<A extends readonly unknown[]> = {
  readonly [E in RenderedEngine]?: { bivariant(...given: A): readonly Limit[] }["bivariant"];
};

interface CapabilityBase {
  /** The folder's name. */
  readonly id: string;
  readonly codes: Readonly<Record<string, Code<never>>>;
  /** Its support tables, each by the place in a mesh (of a route: in the route) whose fields and variants are its rows. */
  readonly support: Readonly<Record<string, SupportTable>>;
  /** What no row can say, since it holds whatever is written. */
  readonly differences?: readonly Difference[];
}

/** A capability of a route, of a service's as well as of a gateway's. */
export interface RouteCapability<S extends keyof RouteSlots = keyof RouteSlots, F extends Fields = Fields>
  extends CapabilityBase {
  readonly point: "route";
  /** The key of its part in the IR. */
  readonly slot: S;
  /** The fields of a route that it owns. */
  readonly fields: F;
  normalize(written: ReadFields<F>, place: RoutePlace): RouteSlots[S] | undefined;
  check?(ir: NonNullable<RouteSlots[S]>, place: RoutePlace, route: RouteIr): void;
  readonly render: Renderers<[ir: NonNullable<RouteSlots[S]>, route: RouteIr]>;
  readonly limits?: Limits<[ir: NonNullable<RouteSlots[S]>, route: RouteIr]>;
}

/** A capability of a service; `inherited` ones are also written for the mesh, as the default of all. */
export interface ServiceCapability<S extends keyof ServiceSlots = keyof ServiceSlots, W = unknown>
  extends CapabilityBase {
  readonly point: "service";
  readonly slot: S;
  readonly field: string;
  readonly reader: Reader<W>;
  readonly inherited: boolean;
  normalize(written: W | undefined, place: ServicePlace): ServiceSlots[S];
  check?(ir: ServiceSlots[S], place: ServicePlace): void;
  readonly render: Renderers<[ir: ServiceSlots[S], service: ServiceIr]>;
  readonly limits?: Limits<[ir: ServiceSlots[S], service: Known]>;
}

/** A capability of every proxy, written for the mesh, a service or a gateway. */
export interface ProxyCapability<S extends keyof ProxySlots = keyof ProxySlots, W = unknown> extends CapabilityBase {
  readonly point: "proxy";
  readonly slot: S;
  readonly field: string;
  readonly reader: Reader<W>;
  normalize(written: W | undefined, place: Place): ProxySlots[S];
  readonly render: Renderers<[ir: ProxySlots[S]]>;
}

/** A capability that is a section of the mesh of its own (services, gateways, external services). The kits render it. */
export interface SectionCapability extends CapabilityBase {
  readonly point: "section";
}

export const defineRouteCapability = <const S extends keyof RouteSlots, const F extends Fields>(
  capability: Omit<RouteCapability<S, F>, "point">,
): RouteCapability<S, F> => ({ point: "route", ...capability });

export const defineServiceCapability = <const S extends keyof ServiceSlots, W>(
  capability: Omit<ServiceCapability<S, W>, "point">,
): ServiceCapability<S, W> => ({ point: "service", ...capability });

export const defineProxyCapability = <const S extends keyof ProxySlots, W>(
  capability: Omit<ProxyCapability<S, W>, "point">,
): ProxyCapability<S, W> => ({ point: "proxy", ...capability });

export const defineSectionCapability = (capability: Omit<SectionCapability, "point">): SectionCapability => ({
  point: "section",
  ...capability,
});

export type Capability = RouteCapability | ServiceCapability | ProxyCapability | SectionCapability;
