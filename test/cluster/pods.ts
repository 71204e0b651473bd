/**
 * Pods without a node: what a mesh's workloads are to Istio, at addresses of loopback. The API server refuses loopback in endpoints,
 * so each is a WorkloadEntry, which a Service selects by its labels as it would a pod.
 */
import { randomInt } from "node:crypto";
import { versionsOf } from "../../components/engines/envoy/clusters.ts";
import type { KubernetesObject, MeshObject } from "../../components/engines/kubernetes.ts";
import type { MeshIr, ServiceIr } from "../../components/ir/mesh-ir.ts";
import type { PortIr } from "../../components/ir/port.ts";
import type { JsonObject } from "../../components/values/json.ts";
import { namespace } from "./kubernetes.ts";

export interface Pod {
  readonly name: string;
  readonly service: ServiceIr;
  readonly version: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Where others reach it, at its ports' targets. */
  readonly address: string;
  /** Where its own application reaches the services that it calls, at their ports' numbers. */
  readonly outbound: string;
}

/** By which our Services and Sidecars find one pod; nothing that is rendered knows them. */
const SERVICE = "meshwright.test/service";
const POD = "meshwright.test/pod";

/** Two meshes at once, of two suites, must not meet: a block of addresses by chance. */
export function podsOf(ir: MeshIr): readonly Pod[] {
  const block = `127.${randomInt(16, 240)}.${randomInt(256)}`;
  const pairs = ir.services.flatMap((service) => versionsOf(service).map((version) => ({ service, version })));
  if (pairs.length > 120) throw new Error("a block of addresses has room for 120 pods");
  return pairs.map(({ service, version }, index) => ({
    name: `pod-${index}`,
    service,
    version,
    labels: {
      ...labelsOf(service, version),
      [SERVICE]: service.name,
      [POD]: `pod-${index}`,
      "security.istio.io/tlsMode": "istio",
    },
    address: `${block}.${index + 1}`,
    outbound: `${block}.${index + 129}`,
  }));
}

const labelsOf = ({ name, versions }: ServiceIr, version: string | undefined) =>
  versions.find((one) => one.name === version)?.selector ?? { app: name };

/** What teams bring to a mesh: namespaces, accounts, services, workloads. */
export function podObjects(ir: MeshIr, pods: readonly Pod[]): readonly KubernetesObject[] {
  const namespaces = new Set([...ir.services, ...ir.gateways].map((one) => one.namespace));
  const accounts = new Map(
    ir.services.map((one) => [`${one.namespace}/${one.serviceAccount}`, { ...one, name: one.serviceAccount }]),
  );
  return [
    ...[...namespaces].map(namespace),
    ...[...accounts.values()].map((account) => core("ServiceAccount", account, {})),
    ...ir.services.filter(({ ports }) => ports.length > 0).map(serviceObject),
    ...pods.map(workloadEntry),
  ];
}

interface Place {
  readonly name: string;
  readonly namespace: string;
}

const core = (kind: string, { name, namespace }: Place, rest: JsonObject): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace },
  ...rest,
});

const serviceObject = (service: ServiceIr): KubernetesObject =>
  core("Service", service, {
    spec: {
      selector: { [SERVICE]: service.name },
      ports: service.ports.map(({ name, number, target, protocol }) => ({
        name,
        port: number,
        targetPort: target,
        appProtocol: protocol,
      })),
    },
  });

const workloadEntry = ({ name, service, labels, address }: Pod): KubernetesObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "WorkloadEntry",
  metadata: { name, namespace: service.namespace },
  spec: { address, labels, serviceAccount: service.serviceAccount },
});

// --- where nothing captures traffic --------------------------------------------------------------------------------

/** Path of the socket on which the application of a pod listens for a port. */
export type SocketOf = (pod: Pod, port: PortIr) => string;

/**
 * The rendered objects for proxies that must bind their ports, since no packet filter leads traffic to them: each Sidecar becomes one
 * for every pod that it selects, and says besides what it says where to listen. Nothing else of any object is touched.
 */
export function bound(objects: readonly MeshObject[], pods: readonly Pod[], socketOf: SocketOf): readonly MeshObject[] {
  return objects.flatMap((one) =>
    one.object.kind === "Sidecar"
      ? pods.filter((pod) => selects(one.object, pod)).map((pod) => boundTo(one, pod, socketOf))
      : [one],
  );
}

interface SidecarSpec extends JsonObject {
  readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
  readonly egress: readonly JsonObject[];
}

const specOf = (object: KubernetesObject): SidecarSpec => (object as unknown as { readonly spec: SidecarSpec }).spec;

const selects = (sidecar: KubernetesObject, { service, labels }: Pod): boolean =>
  sidecar.metadata.namespace === service.namespace &&
  Object.entries(specOf(sidecar).workloadSelector.labels).every(([key, value]) => labels[key] === value);

function boundTo(sidecar: MeshObject, pod: Pod, socketOf: SocketOf): MeshObject {
  const { metadata } = sidecar.object;
  const spec = specOf(sidecar.object);
  const name = `${metadata.name.slice(0, 200)}.${pod.name}`;
  const ingress = pod.service.ports.map((port) => ({
    port: { number: port.target, name: `${port.protocol}-${port.target}`, protocol: port.protocol.toUpperCase() },
    bind: pod.address,
    defaultEndpoint: `unix://${socketOf(pod, port)}`,
  }));
  return {
    ...sidecar,
    id: `${sidecar.id}/${pod.name}`,
    object: {
      ...sidecar.object,
      metadata: { ...metadata, name },
      spec: {
        ...spec,
        workloadSelector: { labels: { [POD]: pod.name } },
        egress: spec.egress.map((listener) => ({ ...listener, bind: pod.outbound, captureMode: "NONE" })),
        ...(ingress.length === 0 ? {} : { ingress }),
      },
    },
  };
}
