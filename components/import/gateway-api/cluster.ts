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
  const seen = new Set<string>();
  for (const { kind, namespace, name } of found) {
    const at = root.at(kind).at(namespace).at(name);
    const id = `${kind} ${namespace}/${name}`;
    if (seen.has(id)) at.fail(notExpressible, { feature: "two objects of one kind and name" });
    seen.add(id);
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

type Identified = Placed<{ readonly metadata: { readonly name: string; readonly namespace?: string } }>;

/** By `namespace/name`, the key in a mesh: the name where no other object has it, else with its namespace. */
export function keysOf(placed: readonly Identified[]): ReadonlyMap<string, string> {
  const all = placed.map(({ object }) => ({ name: object.metadata.name, namespace: namespaceOf(object) }));
  const isAlone = (name: string) => all.filter((one) => one.name === name).length === 1;
  const keys = new Map<string, string>();
  for (const { name, namespace } of all) if (isAlone(name)) keys.set(`${namespace}/${name}`, name);
  for (const id of all.map(({ name, namespace }) => `${namespace}/${name}`).sort(byText)) {
    const [namespace = "", name = ""] = id.split("/");
    const taken = new Set(keys.values());
    const wanted = [
      `${name}-${namespace}`,
      ...Array.from({ length: all.length }, (_, n) => `${name}-${namespace}-${n + 2}`),
    ];
    if (!keys.has(id)) keys.set(id, wanted.find((one) => !taken.has(one)) ?? id);
  }
  return keys;
}

export const labelsOf = ({ namespaces }: Cluster, name: string): ReadonlyMap<string, string> =>
  namespaces.find(({ object }) => object.metadata?.name === name)?.object.metadata?.labels ?? new Map();

/** The group of the kinds that are read here, but for Services, which are in the core group. */
const GROUP = "gateway.networking.k8s.io";

const isOfCore = (kind: string, ref: { readonly group?: string; readonly kind?: string }): boolean =>
  (ref.group ?? "") === "" && ref.kind === kind;

export const isService = (ref: { readonly group?: string; readonly kind?: string }): boolean =>
  isOfCore("Service", ref);

export const isGateway = ({
  group = GROUP,
  kind = "Gateway",
}: {
  readonly group?: string;
  readonly kind?: string;
}): boolean => group === GROUP && kind === "Gateway";

/** May an object of this kind name that other one? In its own namespace always, in others by a ReferenceGrant. */
export const mayRefer = (
  { grants }: Cluster,
  from: { readonly kind: string; readonly namespace: string },
  to: { readonly kind: "Service" | "Secret"; readonly namespace: string; readonly name: string },
): boolean =>
  from.namespace === to.namespace ||
  grants.some(
    ({ object }) =>
      namespaceOf(object) === to.namespace &&
      object.spec.from?.some(
        (one) => one.group === GROUP && one.kind === from.kind && one.namespace === from.namespace,
      ) === true &&
      object.spec.to?.some((one) => isOfCore(to.kind, one) && (one.name ?? to.name) === to.name) === true,
  );
