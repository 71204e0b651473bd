/** Services: under which key of the mesh each stands, and which protocol each of its ports speaks. */
import type { Cursor } from "../../contract/cursor.ts";
import { grpc, http, http2, type Port, tcp, tls } from "../../model/port.ts";
import { type Cluster, isService, keysOf, mayRefer, namespaceOf, type RouteObject } from "./cluster.ts";
import { notExpressible, unresolved } from "./codes.ts";
import type { BackendRef, ServicePort } from "./objects.ts";

export interface KnownService {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly KnownPort[];
}

export interface KnownPort {
  readonly name: string;
  readonly number: number;
  readonly model: Port;
  readonly isWebSocket: boolean;
}

/** By `namespace/name`. */
export type Services = ReadonlyMap<string, KnownService>;

export function servicesOf(cluster: Cluster): Services {
  const keys = keysOf(cluster.services);
  const spoken = protocolsOf(cluster);
  return new Map(
    cluster.services.map(({ object, at }) => {
      const { name } = object.metadata;
      const namespace = namespaceOf(object);
      const ports = (object.spec.ports ?? []).flatMap((port) =>
        portOf(port, spoken.get(`${namespace}/${name}:${port.port}`), at.at("spec").at("ports").at(port.port)),
      );
      const known = { key: keys.get(`${namespace}/${name}`) ?? name, namespace, name, ports };
      return [`${namespace}/${name}`, known] as const;
    }),
  );
}

/** What routes of a kind refer to speaks what that kind is about, whatever its port says. */
function protocolsOf({ routes }: Cluster): ReadonlyMap<string, RouteObject["kind"]> {
  const spoken = new Map<string, RouteObject["kind"]>();
  for (const { kind, object } of routes)
    for (const rule of object.spec.rules ?? [])
      for (const { name, namespace = namespaceOf(object), port } of rule.backendRefs ?? [])
        spoken.set(`${namespace}/${name}:${port}`, kind);
  return spoken;
}

function portOf(port: ServicePort, spoken: RouteObject["kind"] | undefined, at: Cursor): KnownPort[] {
  if (port.protocol !== undefined && port.protocol !== "TCP")
    return at.fail(notExpressible, { feature: `ports of protocol ${port.protocol}` }) ?? [];
  const { appProtocol = "" } = port;
  const { targetPort: target = port.port } = port;
  const name = port.name ?? `port-${port.port}`;
  const model = speaking(appProtocol, spoken)(port.port, target === port.port ? {} : { target });
  return [{ name, number: port.port, model, isWebSocket: /^kubernetes\.io\/wss?$/.test(appProtocol) }];
}

function speaking(appProtocol: string, spoken: RouteObject["kind"] | undefined) {
  if (spoken === "GRPCRoute" || appProtocol === "grpc") return grpc;
  if (appProtocol === "kubernetes.io/h2c") return http2;
  if (appProtocol === "https" || appProtocol === "tls") return tls;
  return spoken === "HTTPRoute" || /^http$|^kubernetes\.io\/wss?$/.test(appProtocol) ? http : tcp;
}

export const speaksHttp = ({ model }: KnownPort): boolean => model.kind !== "tcp" && model.kind !== "tls";

// --- backends ------------------------------------------------------------------------------------------------------

export interface Backend {
  readonly service: KnownService;
  readonly port: KnownPort;
  readonly ref: BackendRef;
}

/** The Service and port that a reference leads to; says why where there is none. */
export function backendOf(
  ref: BackendRef,
  route: RouteObject,
  cluster: Cluster,
  services: Services,
  at: Cursor,
): Backend | undefined {
  const from = namespaceOf(route.object);
  const { group = "", kind = "Service", namespace = from, name, port: number } = ref;
  const unclear = (reason: string) => at.fail(unresolved, { backend: `${kind} ${namespace}/${name}`, reason });
  if (group !== "" || kind !== "Service") return unclear("is of a kind that is no backend");
  if (
    !isParent(route, namespace, name) &&
    !mayRefer(cluster, { kind: route.kind, namespace: from }, { kind: "Service", namespace, name })
  )
    return unclear(`may not be referred to from namespace ${from}`);
  const service = services.get(`${namespace}/${name}`);
  if (service === undefined) return unclear("is not there");
  const port = service.ports.find((one) => one.number === number);
  if (port === undefined) return unclear(`has no port ${number ?? "that is named"}`);
  if (port.isWebSocket) return at.fail(notExpressible, { feature: "WebSocket backends" });
  return { service, port, ref };
}

/**
 * Who routes the calls of a Service may send them to that Service, in whatever namespace it is.
 * @source Gateway API conformance 1.6.3, MeshConsumerRoute
 */
const isParent = ({ object }: RouteObject, namespace: string, name: string): boolean =>
  object.spec.parentRefs?.some(
    (ref) => isService(ref) && ref.name === name && (ref.namespace ?? namespaceOf(object)) === namespace,
  ) ?? false;
