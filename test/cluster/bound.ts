/**
 * The rendered objects for proxies that must bind their ports, since no packet filter leads traffic to them. Each Sidecar becomes one
 * for every pod that it selects, and says besides what it says where to listen; so does a Gateway. A ServiceEntry leads to stand-ins
 * for the outside. A Telemetry loses its metrics: only Istio's own build of Envoy has the filter that counts them. Nothing else of any
 * object is touched.
 */
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import type { PortIr } from "../../components/ir/port.ts";
import type { Json, JsonObject } from "../../components/values/json.ts";
import { POD, type Pod } from "./pods.ts";

/** Path of the socket on which the application of a pod listens for a port. */
export type SocketOf = (pod: Pod, port: PortIr) => string;

/** Where a mesh runs: its pods, and what plays the outside. */
export interface Surroundings {
  readonly pods: readonly Pod[];
  readonly socketOf: SocketOf;
  /** The port on loopback of what stands for a port of an external host. */
  readonly outsidePort: (host: string, port: string) => number;
  /** Path of the certificate that signs those of the outside. */
  readonly outsideCa: string;
}

export function bound(objects: readonly KubernetesObject[], around: Surroundings): readonly KubernetesObject[] {
  const strangers = around.pods.filter(({ plays }) => plays.kind === "stranger").map(strangerSidecar);
  return [...strangers, ...objects.flatMap((object) => boundOf(object, around))];
}

export function boundOf(object: KubernetesObject, around: Surroundings): readonly KubernetesObject[] {
  const { pods, socketOf } = around;
  switch (object.kind) {
    case "Sidecar":
      return pods.filter((pod) => selects(object, pod)).map((pod) => boundSidecar(object, pod, socketOf));
    case "Gateway":
      return [boundGateway(object, pods)];
    case "ServiceEntry":
      return [standIn(object, around)];
    case "DestinationRule":
      return [trusting(object, around)];
    case "Telemetry":
      return withoutMetrics(object);
    default:
      return [object];
  }
}

interface SidecarSpec extends JsonObject {
  readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
  readonly egress: readonly JsonObject[];
}

const specOf = <T extends JsonObject>(object: KubernetesObject): T => object.spec as unknown as T;

const selects = (sidecar: KubernetesObject, { namespace, labels }: Pod): boolean =>
  sidecar.metadata.namespace === namespace &&
  Object.entries(specOf<SidecarSpec>(sidecar).workloadSelector.labels).every(([key, value]) => labels[key] === value);

function boundSidecar(sidecar: KubernetesObject, pod: Pod, socketOf: SocketOf): KubernetesObject {
  const spec = specOf<SidecarSpec>(sidecar);
  const ports = pod.plays.kind === "service" ? pod.plays.service.ports : [];
  const ingress = ports.map((port) => ({
    port: { number: port.target, name: `${port.protocol}-${port.target}`, protocol: port.protocol.toUpperCase() },
    bind: pod.address,
    defaultEndpoint: `unix://${socketOf(pod, port)}`,
  }));
  return {
    ...sidecar,
    metadata: { ...sidecar.metadata, name: `${sidecar.metadata.name.slice(0, 200)}.${pod.name}` },
    spec: {
      ...spec,
      workloadSelector: { labels: { [POD]: pod.name } },
      egress: spec.egress.map((listener) => ({ ...listener, bind: pod.outbound, captureMode: "NONE" })),
      ...(ingress.length === 0 ? {} : { ingress }),
    },
  };
}

const strangerSidecar = (pod: Pod): KubernetesObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "Sidecar",
  metadata: { name: `stranger.${pod.name}`, namespace: pod.namespace },
  spec: {
    workloadSelector: { labels: { [POD]: pod.name } },
    egress: [{ hosts: ["*/*"], bind: pod.outbound, captureMode: "NONE" }],
  },
});

function boundGateway(gateway: KubernetesObject, pods: readonly Pod[]): KubernetesObject {
  const spec = specOf<{ readonly servers: readonly JsonObject[]; readonly selector: Readonly<Record<string, string>> }>(
    gateway,
  );
  const pod = pods.find(
    (one) =>
      one.namespace === gateway.metadata.namespace &&
      Object.entries(spec.selector).every(([key, value]) => one.labels[key] === value),
  );
  return {
    ...gateway,
    spec: { ...spec, servers: spec.servers.map((server) => ({ ...server, bind: pod?.address ?? "" })) },
  };
}

function withoutMetrics(telemetry: KubernetesObject): readonly KubernetesObject[] {
  const { metrics: _, ...spec } = specOf(telemetry);
  return spec.accessLogging === undefined ? [] : [{ ...telemetry, spec }];
}

// --- the outside ---------------------------------------------------------------------------------------------------

/** The host of a ServiceEntry is played by servers on loopback: no name is looked up. */
function standIn(entry: KubernetesObject, { outsidePort }: Surroundings): KubernetesObject {
  const spec = specOf<{ readonly hosts: readonly string[]; readonly ports: readonly { readonly name: string }[] }>(
    entry,
  );
  const ports = spec.ports.map(({ name }) => [name, outsidePort(spec.hosts[0] ?? "", name)] as const);
  const endpoints = [{ address: "127.0.0.1", ports: Object.fromEntries(ports) }];
  return { ...entry, spec: { ...(spec as unknown as JsonObject), resolution: "STATIC", endpoints } };
}

/** The system's roots did not sign them. */
function trusting(rule: KubernetesObject, { outsideCa }: Surroundings): KubernetesObject {
  const replaced = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(replaced);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value as JsonObject);
    return Object.fromEntries(
      entries.map(([key, inner]) => [
        key,
        key === "caCertificates" && inner === "system" ? outsideCa : replaced(inner),
      ]),
    );
  };
  return { ...rule, spec: replaced(specOf(rule)) };
}
