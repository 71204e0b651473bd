/** What teams bring to a mesh that a stack has deployed: accounts, Services, and a Deployment of stand-ins for each version. */
import { versionsOf } from "../../../components/engines/envoy/clusters.ts";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { MeshIr, ServiceIr } from "../../../components/ir/mesh-ir.ts";
import type { PortIr } from "../../../components/ir/port.ts";
import type { WorkloadSpec } from "../../../components/local/workload-spec.ts";
import type { JsonObject } from "../../../components/values/json.ts";
import { standInPod } from "./stand-in.ts";

/** By which Services find the pods of all versions, and this suite each of them. */
export const SERVICE = "meshwright.test/service";
export const VERSION = "meshwright.test/version";
/** Has an identity of the mesh, and tries what nobody declared. */
export const STRANGER = "stranger";

export const workloadObjects = (ir: MeshIr): readonly KubernetesObject[] => [
  ...ir.services.flatMap((service) => [
    account(service.namespace, service.serviceAccount),
    ...(service.ports.length > 0 ? [serviceObject(service)] : []),
    ...versionsOf(service).map((version) => deployment(service, version)),
  ]),
  ...ir.services.slice(0, 1).flatMap(({ namespace }) => stranger(namespace)),
];

const account = (namespace: string, name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, namespace },
});

const serviceObject = ({ name, namespace, key, ports }: ServiceIr): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace },
  spec: { selector: { [SERVICE]: key }, ports: ports.map(servicePort) },
});

const servicePort = ({ name, number, target, protocol }: PortIr): JsonObject => ({
  name,
  port: number,
  targetPort: target,
  appProtocol: protocol,
});

function deployment(service: ServiceIr, version: string | undefined): KubernetesObject {
  const { key, name, namespace, serviceAccount } = service;
  const selector = service.versions.find((one) => one.name === version)?.selector ?? { app: name };
  const labels = { ...selector, [SERVICE]: key, [VERSION]: version ?? "" };
  const full = version === undefined ? name : `${name}-${version}`;
  return deploymentOf({ name: full, namespace, serviceAccount, labels }, specOf(service, version));
}

interface Place {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
}

const deploymentOf = (place: Place, spec: WorkloadSpec): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: place.name, namespace: place.namespace },
  spec: {
    selector: { matchLabels: place.labels },
    template: {
      metadata: { labels: place.labels },
      spec: { serviceAccountName: place.serviceAccount, ...standInPod(spec) },
    },
  },
});

const specOf = (service: ServiceIr, version: string | undefined): WorkloadSpec => ({
  id: version === undefined ? service.name : `${service.name}-${version}`,
  service: service.key,
  version: version ?? null,
  identity: service.identity,
  ports: service.ports.map(({ name, protocol, target }) => ({ name, protocol, listen: { port: target } })),
  calls: [],
});

/** Its proxy may see the whole mesh: what keeps it out is the mesh's own access. */
const stranger = (namespace: string): readonly KubernetesObject[] => [
  account(namespace, STRANGER),
  {
    apiVersion: "networking.istio.io/v1",
    kind: "Sidecar",
    metadata: { name: STRANGER, namespace },
    spec: { workloadSelector: { labels: { [SERVICE]: STRANGER } }, egress: [{ hosts: ["*/*"] }] },
  },
  deploymentOf(
    { name: STRANGER, namespace, serviceAccount: STRANGER, labels: { [SERVICE]: STRANGER } },
    { id: STRANGER, service: STRANGER, version: null, identity: "", ports: [], calls: [] },
  ),
];
