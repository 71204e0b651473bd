/** All objects together, by kind and name, and what of them may refer to what. */
import { Cursor, Targets } from "../../contract/cursor.ts";
import type { Reader } from "../../contract/read.ts";
import type { Report } from "../../diagnostics/report.ts";
import { byText } from "../../values/order.ts";
import { notExpressible, notRead } from "./codes.ts";
import {
  type GatewayObject,
  type GrantObject,
  type GrpcRoute,
  gateway,
  grpcRoute,
  type HttpRoute,
  httpRoute,
  type NamespaceObject,
  namespace,
  referenceGrant,
  type ServiceObject,
  service,
} from "./objects.ts";

export type RouteObject =
  | { readonly kind: "HTTPRoute"; readonly object: HttpRoute; readonly at: Cursor }
  | { readonly kind: "GRPCRoute"; readonly object: GrpcRoute; readonly at: Cursor };

export interface Placed<T> {
  readonly object: T;
  readonly at: Cursor;
}

export interface Cluster {
  /** Those that are tried first come first: older ones, then by namespace and name. */
  readonly routes: readonly RouteObject[];
  readonly gateways: readonly Placed<GatewayObject>[];
  readonly services: readonly Placed<ServiceObject>[];
  readonly grants: readonly Placed<GrantObject>[];
  readonly namespaces: readonly Placed<NamespaceObject>[];
}

/** Kinds that decide about requests, too, and that nobody reads here. */
const DECIDING: ReadonlySet<string> = new Set([
  "TLSRoute",
  "TCPRoute",
  "UDPRoute",
  "ListenerSet",
  "BackendTLSPolicy",
  "ServiceImport",
]);

export function readObjects(objects: readonly unknown[], report: Report): Cluster {
  const root = Cursor.root(report, new Targets([]));
  const found = objects.map((object) => ({ object, ...identify(object) }));
  const all = <T>(kind: string, reader: Reader<T>): Placed<T>[] =>
    found
      .filter((one) => one.kind === kind)
      .flatMap(({ object, namespace, name }) => {
        const at = root.at(kind).at(namespace).at(name);
        const read = reader(object, at);
        return read === undefined ? [] : [{ object: read, at }];
      });
  for (const { kind, namespace, name } of found) {
    const at = root.at(kind).at(namespace).at(name);
    if (DECIDING.has(kind)) at.fail(notExpressible, { feature: kind });
    else if (!READ.has(kind)) at.fail(notRead, { kind });
  }
  const routes: RouteObject[] = [
    ...all("HTTPRoute", httpRoute).map((one) => ({ kind: "HTTPRoute" as const, ...one })),
    ...all("GRPCRoute", grpcRoute).map((one) => ({ kind: "GRPCRoute" as const, ...one })),
  ];
  return {
    routes: routes.sort(byAge),
    gateways: all("Gateway", gateway),
    services: all("Service", service),
    grants: all("ReferenceGrant", referenceGrant),
    namespaces: all("Namespace", namespace),
  };
}

const READ: ReadonlySet<string> = new Set([
  "HTTPRoute",
  "GRPCRoute",
  "Gateway",
  "Service",
  "ReferenceGrant",
  "Namespace",
]);

/** @source Gateway API 1.6, HTTPRouteRule.matches: the oldest route, then the first by namespace and name */
function byAge(a: RouteObject, b: RouteObject): number {
  const [one, other] = [a.object.metadata, b.object.metadata];
  return (
    byText(one.creationTimestamp ?? "", other.creationTimestamp ?? "") ||
    byText(`${namespaceOf(a.object)}/${one.name}`, `${namespaceOf(b.object)}/${other.name}`)
  );
}

function identify(object: unknown): { readonly kind: string; readonly namespace: string; readonly name: string } {
  const { kind, metadata } = (object ?? {}) as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } };
  return {
    kind: String(kind ?? "no kind"),
    namespace: String(metadata?.namespace ?? DEFAULT_NAMESPACE),
    name: String(metadata?.name ?? "no name"),
  };
}

const DEFAULT_NAMESPACE = "default";

export const namespaceOf = ({ metadata }: { readonly metadata: { readonly namespace?: string } }): string =>
  metadata.namespace ?? DEFAULT_NAMESPACE;

export const labelsOf = ({ namespaces }: Cluster, name: string): ReadonlyMap<string, string> =>
  namespaces.find(({ object }) => object.metadata?.name === name)?.object.metadata?.labels ?? new Map();

/** The group of the kinds that are read here, but for Services, which are in the core group. */
const GROUP = "gateway.networking.k8s.io";

export const isService = ({ group, kind }: { readonly group?: string; readonly kind?: string }): boolean =>
  (group ?? "") === "" && kind === "Service";

/** May an object of this kind and namespace name that Service? In its own namespace always, in others by a ReferenceGrant. */
export const mayRefer = (
  { grants }: Cluster,
  kind: string,
  from: string,
  to: { readonly namespace: string; readonly name: string },
): boolean =>
  from === to.namespace ||
  grants.some(
    ({ object }) =>
      namespaceOf(object) === to.namespace &&
      object.spec.from?.some((one) => one.group === GROUP && one.kind === kind && one.namespace === from) === true &&
      object.spec.to?.some((one) => isService(one) && (one.name ?? to.name) === to.name) === true,
  );
