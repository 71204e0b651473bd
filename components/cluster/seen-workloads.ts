/** Pods and what runs them → workloads: one for each Deployment, StatefulSet and DaemonSet, and one for pods of any other owner. */
import type { SeenWorkload } from "../preflight/snapshot.ts";
import type { Raw } from "./reading.ts";

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
}

interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: PodSpec;
}

/** `controllers` by kind. */
export function seenWorkloads(
  controllers: Readonly<Record<string, readonly Raw[]>>,
  pods: readonly Raw[],
): readonly SeenWorkload[] {
  const workloads = new Map<string, SeenWorkload>();
  for (const [kind, owners] of Object.entries(controllers))
    for (const owner of owners) {
      const { template = {} } = (owner.spec ?? {}) as { readonly template?: Template };
      const seen = workload(kind, owner, template.metadata?.labels ?? {}, template.spec ?? {});
      workloads.set(keyOf(seen), seen);
    }
  for (const pod of pods.filter(isAlive)) {
    const spec = (pod.spec ?? {}) as PodSpec;
    const { kind, name } = ownerOf(pod);
    const metadata = { ...pod.metadata, name };
    const found = workload(kind, { ...pod, metadata }, pod.metadata.labels ?? {}, spec);
    const known = workloads.get(keyOf(found)) ?? found;
    const without = hasSidecar(spec) ? 0 : 1;
    workloads.set(keyOf(found), { ...known, pods: known.pods + 1, withoutSidecar: known.withoutSidecar + without });
  }
  return [...workloads.values()];
}

/** What has ended calls nobody any more. */
function isAlive({ status }: Raw): boolean {
  const { phase } = (status ?? {}) as { readonly phase?: string };
  return phase !== "Succeeded" && phase !== "Failed";
}

const keyOf = ({ kind, namespace, name }: SeenWorkload): string => `${kind} ${namespace}/${name}`;

const workload = (kind: string, { metadata }: Raw, labels: SeenWorkload["labels"], spec: PodSpec): SeenWorkload => ({
  kind,
  namespace: metadata.namespace ?? "",
  name: metadata.name,
  labels,
  serviceAccount: spec.serviceAccountName ?? "default",
  ports: (spec.containers ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [{ name, number: containerPort }])),
  ),
  pods: 0,
  withoutSidecar: 0,
});

/** A ReplicaSet is called after its Deployment and the hash of its template. */
function ownerOf({ metadata }: Raw): { readonly kind: string; readonly name: string } {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return { kind: "Pod", name: metadata.name };
  const hash = metadata.labels?.["pod-template-hash"];
  if (owner.kind !== "ReplicaSet" || hash === undefined || !owner.name.endsWith(`-${hash}`)) return owner;
  return { kind: "Deployment", name: owner.name.slice(0, -hash.length - 1) };
}

/** An ordinary container, or an init container that stays (Istio 1.27 and newer, where Kubernetes can). */
const hasSidecar = ({ containers = [], initContainers = [] }: PodSpec): boolean =>
  [...containers, ...initContainers].some(({ name }) => name === "istio-proxy");
