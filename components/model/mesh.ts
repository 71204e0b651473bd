/**
 * A mesh, as users write it. References and capabilities are checked by the compiler: versions and ports are inferred by
 * reverse-mapped types, so that a wrong reference is one error where it stands (docs/decisions/0002).
 */

import type { AccessRule, NamespaceFields } from "../capabilities/access/model.ts";
import type { accessSupport, namespaceSupport } from "../capabilities/access/support.ts";
import type { AccessLogsFields } from "../capabilities/access-logs/model.ts";
import type { accessLogsSupport } from "../capabilities/access-logs/support.ts";
import type { ExternalFields, ExternalTls } from "../capabilities/external-services/model.ts";
import type { externalSupport, externalTlsSupport } from "../capabilities/external-services/support.ts";
import type { GatewayFields, Listener } from "../capabilities/gateways/model.ts";
import type { gatewaySupport, listenerSupport } from "../capabilities/gateways/support.ts";
import type { MtlsFields } from "../capabilities/mtls/model.ts";
import type { mtlsSupport } from "../capabilities/mtls/support.ts";
import type { RequestMetricsFields } from "../capabilities/request-metrics/model.ts";
import type { requestMetricsSupport } from "../capabilities/request-metrics/support.ts";
import type { ServiceFields } from "../capabilities/services/model.ts";
import type { serviceSupport } from "../capabilities/services/support.ts";
import type { portSupport } from "../engines/port-support.ts";
import type { Target } from "../engines/releases.ts";
import type { Feature, Supported } from "../engines/support.ts";
import type { Port } from "./port.ts";
import type { GatewayRoute, ServiceRoute } from "./route.ts";

/** The inferred names of an optional field; nothing where it was not written. */
type Text<X> = [unknown] extends [X] ? never : Extract<X, string>;

type PortOf<T extends Target> = Supported<Port, typeof portSupport, T>;

/** Says what a record of ports is before its names are inferred: the compiler names this, not the inference. */
interface PortsByName {
  readonly [port: string]: object;
}

/** `"reviews"`, or `"reviews:http"`. */
export type PortRef<PS> = { [K in keyof PS & string]: K | `${K}:${keyof PS[K] & string}` }[keyof PS & string];

type AnyPort<PS> = { [K in keyof PS]: keyof PS[K] & string }[keyof PS];

/**
 * The names of a whole mesh. An interface, and only ever asked for one of its properties: those are put together once,
 * whereas `keyof PS` in a type that differs by service would be put together again for every service, which is quadratic.
 */
export interface Names<PS, XS> {
  /** `"reviews"`, or `"reviews:http"`. */
  readonly ref: PortRef<PS> | PortRef<XS>;
  /**
   * `{ to: "reviews", port: "http" }`, one type for all callees, so the port of another service is found when the mesh is compiled:
   * a type for each is quadratic.
   */
  readonly call: { readonly to: Names<PS, XS>["key"]; readonly port: AnyPort<PS> | AnyPort<XS> };
  /** A key of `PS` or `XS`. */
  readonly key: (keyof PS | keyof XS) & string;
}

export interface AnyNames {
  readonly ref: string;
  readonly call: { readonly to: string; readonly port: string };
  readonly key: string;
}

/**
 * What was written as calls, `C`, where it can be called, or else everything that can be. Looked up one by one: were the elements of
 * `calls` typed as everything, the compiler would walk through all names several times at each object that is written there: that was about
 * half of the processor time for 1,000 services.
 */
type Callable<C, N extends AnyNames> = C extends N[C extends string ? "ref" : "call"] ? C : N["ref"] | N["call"];

/** A record of ports, whose names `Q` are inferred. */
type Ports<T extends Target, P> = PortsByName & { readonly [Q in keyof P]: PortOf<T> };

/** What every proxy carries; written for the mesh it is the default. */
type ProxyPolicies<T extends Target> = {
  readonly accessLogs?: Supported<AccessLogsFields, typeof accessLogsSupport, T> | undefined;
  readonly metrics?: Supported<RequestMetricsFields, typeof requestMetricsSupport, T> | undefined;
};

type Mtls<T extends Target> = {
  readonly mtls?: Supported<MtlsFields, typeof mtlsSupport, T> | undefined;
};

type Field<K extends keyof ServiceFields, T extends Target> = Feature<(typeof serviceSupport)[K], T, ServiceFields[K]>;

/** A rule of access. `K`: who may be named, `P`: the ports of the service. */
type Rule<T extends Target, K extends string, P extends string> = Supported<AccessRule<K, P>, typeof accessSupport, T>;

/** What is the same type for every service. An alias: an interface would be made anew for each intersection it stands in. */
type ServicePart<T extends Target> = {
  readonly namespace?: Field<"namespace", T>;
  readonly name?: Field<"name", T>;
  readonly serviceAccount?: Field<"serviceAccount", T>;
  readonly owner?: Field<"owner", T>;
  readonly allowCallers?: Field<"allowCallers", T>;
  readonly selectors?: Field<"selectors", T>;
} & ProxyPolicies<T> &
  Mtls<T>;

/** The calls of a service as they were written, `C`. An interface, so that names are looked up in `N` when they are known. */
interface CallsPart<C, N extends AnyNames> {
  /** What it calls. @default nothing */
  readonly calls?: readonly Callable<C, N>[] | undefined;
}

/** What asks for the ports of the service, `P`. `N`: who may be named. */
interface AccessPart<T extends Target, N extends AnyNames, P extends string> {
  /** Rules that narrow what its callers may do, by name. */
  readonly access?: { readonly [rule: string]: Rule<T, N["key"], P> } | undefined;
}

interface ExternalPart<T extends Target>
  extends Omit<Supported<ExternalFields, typeof externalSupport, T>, "ports" | "tls"> {
  readonly tls?: Supported<ExternalTls, typeof externalTlsSupport, T> | undefined;
}

interface GatewayPart<T extends Target, PS>
  extends Omit<Supported<GatewayFields, typeof gatewaySupport, T>, "listeners" | "routes">,
    ProxyPolicies<T> {
  readonly listeners: Feature<
    (typeof gatewaySupport)["listeners"],
    T,
    { readonly [listener: string]: Supported<Listener, typeof listenerSupport, T> }
  >;
  readonly routes: { readonly [route: string]: GatewayRoute<T, PS, PortRef<PS>> };
}

/** The names of the ports of one service. Not `K extends keyof PS`: that would put all keys together again for each service. */
type PortName<PS, K> = PS extends { readonly [_ in K & string]: infer P } ? keyof P & string : never;

/** Services, of which versions `VS`, calls `CS` and ports `PS` are inferred. `N`: who may be called, `C`: who may call. */
export type ServicesSpec<T extends Target, VS, CS, PS, N extends AnyNames, C extends AnyNames> = {
  readonly [K in keyof VS]: { readonly versions?: readonly VS[K][] | undefined } & ServicePart<T> &
    AccessPart<T, C, PortName<NoInfer<PS>, K>>;
} & { readonly [K in keyof CS]: CallsPart<CS[K], N> } & {
  readonly [K in keyof PS]: { readonly ports: Ports<T, PS[K]> };
};

/** Routes of the services with these versions `VS` and ports `PS`. `N`: the services that may be named. */
export type RoutesSpec<T extends Target, VS, PS, N> = {
  readonly [K in keyof VS]?: {
    readonly [route: string]: ServiceRoute<T, N, Text<VS[K]>, PortName<PS, K>>;
  };
};

/** What a mesh is beside its services and their routes. `PS`: the ports of its services; inferred are `XS` and `GS`. */
export interface MeshBase<T extends Target, PS, XS, GS> extends ProxyPolicies<NoInfer<T>>, Mtls<NoInfer<T>> {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
  /** The engines that this mesh must be able to run on: `"istio"` is every release known, `"istio@1.31"` that one and later ones. */
  readonly targets: readonly [T, ...T[]];
  /** The namespace of services that name none. @default the mesh's name */
  readonly namespace?: string | undefined;
  /** What holds for all services of a namespace, by its name. */
  readonly namespaces?:
    | { readonly [namespace: string]: Supported<NamespaceFields, typeof namespaceSupport, NoInfer<T>> }
    | undefined;
  /** The team that owns what names no owner. @default nobody */
  readonly owner?: string | undefined;
  /** The trust domain of all identities. @default the mesh's name + ".mesh" */
  readonly trustDomain?: string | undefined;
  /** Servers outside the mesh that may be reached; everything else outside is closed. */
  readonly externals?:
    | { readonly [K in keyof XS]: { readonly ports: Ports<NoInfer<T>, XS[K]> } & ExternalPart<NoInfer<T>> }
    | undefined;
  readonly gateways?: { readonly [K in keyof GS]: GatewayPart<NoInfer<T>, NoInfer<PS>> } | undefined;
}

/**
 * A whole mesh. Inferred are the versions of each service, `VS`, its calls, `CS`, its ports, `PS`, the ports of each external
 * service, `XS`, and the gateways, `GS`. They are handed on as they are: an interface is looked up by its arguments, whereas a union
 * of keys would be put together again for every service, which is quadratic.
 */
export interface MeshSpec<T extends Target, VS, CS, PS, XS, GS> extends MeshBase<T, PS, XS, GS> {
  readonly services: ServicesSpec<
    NoInfer<T>,
    VS,
    CS,
    PS,
    Names<NoInfer<PS>, NoInfer<XS>>,
    Names<NoInfer<PS>, NoInfer<GS>>
  >;
  /** Routes of services, by service and name. Position has no meaning: the more specific route is tried first. */
  readonly routes?: RoutesSpec<NoInfer<T>, NoInfer<VS>, NoInfer<PS>, NoInfer<PS>> | undefined;
}

/** A plain value that an environment may set. */
export type Parameter = string | number | boolean | readonly string[];

/** The parameters of a mesh with their defaults, and what each environment changes. */
export interface Parameters<P> {
  readonly parameters: P;
  readonly environments: {
    readonly [environment: string]: { readonly [K in keyof NoInfer<P>]?: Widened<NoInfer<P>[K]> };
  };
}

type Widened<V> = V extends `${number}%`
  ? `${number}%`
  : V extends string
    ? string
    : V extends number
      ? number
      : V extends boolean
        ? boolean
        : V;

/**
 * What `defineMesh` returns: the mesh of each environment. Export it as the default of its file. Its type knows the names in it,
 * for whatever speaks of the mesh later: its tests.
 */
export interface Mesh<out VS = unknown, out PS = unknown, out XS = unknown, out GS = unknown> {
  readonly kind: "meshwright";
  /** `["default"]` where the mesh has no parameters. */
  readonly environments: readonly string[];
  /** The plain data of the mesh in an environment. */
  at(environment: string): unknown;
  /** For the compiler alone; never there. */
  readonly names?: MeshNames<VS, PS, XS, GS>;
}

/** Versions and ports by service, ports by external service, gateways. */
export interface MeshNames<out VS, out PS, out XS, out GS> {
  readonly versions: VS;
  readonly ports: PS;
  readonly externals: XS;
  readonly gateways: GS;
}

/**
 * Describes a mesh.
 *
 * @example
 * export default defineMesh({
 *   name: "shop",
 *   targets: ["envoy"],
 *   services: { web: { ports: { http: http(80) }, calls: ["cart"] }, cart: { ports: { grpc: grpc(7070) } } },
 * });
 */
export function defineMesh<const T extends Target, const VS, const CS, const PS, const XS = {}, const GS = {}>(
  spec: MeshSpec<T, VS, CS, PS, XS, GS>,
): Mesh<VS, PS, XS, GS>;
/**
 * Describes a mesh whose environments differ by parameters.
 *
 * @example
 * export default defineMesh(
 *   { parameters: { canary: 10 }, environments: { dev: { canary: 50 }, prod: {} } },
 *   ({ canary }) => ({ name: "shop", ... }),
 * );
 */
export function defineMesh<
  const P extends Readonly<Record<string, Parameter>>,
  const T extends Target,
  const VS,
  const CS,
  const PS,
  const XS = {},
  const GS = {},
>(
  parameters: Parameters<P>,
  build: (parameters: { readonly [K in keyof P]: Widened<P[K]> }) => MeshSpec<T, VS, CS, PS, XS, GS>,
): Mesh<VS, PS, XS, GS>;
export function defineMesh(first: unknown, build?: (parameters: never) => unknown): Mesh {
  if (build === undefined) return { kind: "meshwright", environments: ["default"], at: () => first };
  const { parameters, environments } = first as Parameters<Readonly<Record<string, Parameter>>>;
  return {
    kind: "meshwright",
    environments: Object.keys(environments),
    at: (environment) => build({ ...parameters, ...environments[environment] } as never),
  };
}
