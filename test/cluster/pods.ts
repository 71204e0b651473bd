/**
 * Pods without a node: what a mesh's workloads are to Istio, at addresses of loopback. The API server refuses loopback in endpoints,
 * so each is a WorkloadEntry, which a Service selects by its labels as it would a pod.
 */
import { randomInt } from "node:crypto";
import { versionsOf } from "../../components/engines/envoy/clusters.ts";
import { gatewayLabels } from "../../components/engines/istio/gateways.ts";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import type { GatewayIr, MeshIr, ServiceIr } from "../../components/ir/mesh-ir.ts";
import type { JsonObject } from "../../components/values/json.ts";
import { namespace } from "./kubernetes.ts";

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly plays: Role;
  /** Where others reach it: a service at its ports' targets, a gateway at its listeners' ports. */
  readonly address: string;
  /** Where its own application reaches the services that it calls, at their ports' numbers. */
  readonly outbound: string;
}

/** A stranger has an identity of the mesh and tries everything, though nobody declared that it calls. */
export type Role =
  | { readonly kind: "service"; readonly service: ServiceIr; readonly version: string | undefined }
  | { readonly kind: "gateway"; readonly gateway: GatewayIr }
  | { readonly kind: "stranger" };

/** By which our Services and Sidecars find one pod; nothing that is rendered knows them. */
export const SERVICE = "meshwright.test/service";
export const POD = "meshwright.test/pod";

export function podsOf(ir: MeshIr, stranger = true): readonly Pod[] {
  const services = ir.services.flatMap((service) =>
    versionsOf(service).map((version) => ({
      ...placeOf(service),
      labels: { ...labelsOf(service, version), [SERVICE]: service.name },
      plays: { kind: "service", service, version } as const,
    })),
  );
  const gateways = ir.gateways.map((gateway) => ({
    ...placeOf(gateway),
    labels: gatewayLabels(gateway),
    plays: { kind: "gateway", gateway } as const,
  }));
  const strangers = ir.services.slice(0, stranger ? 1 : 0).map(({ namespace }) => ({
    namespace,
    serviceAccount: "stranger",
    labels: {},
    plays: { kind: "stranger" } as const,
  }));
  return [...services, ...gateways, ...strangers].map(atAddress());
}

const placeOf = ({ namespace, serviceAccount }: ServiceIr | GatewayIr) => ({ namespace, serviceAccount });

/** Two meshes at once, of two suites, must not meet: each takes a block of addresses by chance. */
function atAddress(): (pod: Omit<Pod, "name" | "address" | "outbound">, index: number) => Pod {
  const block = `127.${randomInt(16, 240)}.${randomInt(256)}`;
  return (pod, index) => {
    if (index >= 120) throw new Error("a block of addresses has room for 120 pods");
    const name = `pod-${index}`;
    const labels = { ...pod.labels, [POD]: name, "security.istio.io/tlsMode": "istio" };
    return { ...pod, name, labels, address: `${block}.${index + 1}`, outbound: `${block}.${index + 129}` };
  };
}

const labelsOf = ({ name, versions }: ServiceIr, version: string | undefined) =>
  versions.find((one) => one.name === version)?.selector ?? { app: name };

/** What teams bring to a mesh: namespaces, accounts, services, workloads. */
export function podObjects(ir: MeshIr, pods: readonly Pod[]): readonly KubernetesObject[] {
  const accounts = new Map(
    pods.map((pod) => [`${pod.namespace}/${pod.serviceAccount}`, { ...pod, name: pod.serviceAccount }]),
  );
  return [
    ...[...new Set(pods.map((pod) => pod.namespace))].map(namespace),
    ...[...accounts.values()].map((account) => core("ServiceAccount", account, {})),
    ...ir.services.filter(({ ports }) => ports.length > 0).map(serviceObject),
    ...pods.filter(({ plays }) => plays.kind === "service").map(workloadEntry),
    ...pods.filter(({ plays }) => plays.kind === "gateway").flatMap(secretReader),
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

const workloadEntry = ({ name, namespace, serviceAccount, labels, address }: Pod): KubernetesObject => ({
  apiVersion: "networking.istio.io/v1",
  kind: "WorkloadEntry",
  metadata: { name, namespace },
  spec: { address, labels, serviceAccount },
});

const RBAC = "rbac.authorization.k8s.io";

/** istiod gives a gateway only what its account may read; the official chart brings the same two. */
const secretReader = ({ name, namespace, serviceAccount }: Pod): readonly KubernetesObject[] => [
  {
    apiVersion: `${RBAC}/v1`,
    kind: "Role",
    metadata: { name, namespace },
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "watch", "list"] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace },
    roleRef: { apiGroup: RBAC, kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name: serviceAccount, namespace }],
  },
];
