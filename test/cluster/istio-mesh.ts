/**
 * A mesh as Istio serves it: its rendered objects in a real API server, configuration and certificates from a real istiod, a stock
 * Envoy beside each pod, stand-ins behind them. The cluster is started once and takes one mesh after another.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject, MeshObject } from "../../components/engines/kubernetes.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import type { PortIr } from "../../components/ir/port.ts";
import { askAt, type Seen } from "../../components/local/ask.ts";
import type { Probe } from "../../components/local/probe.ts";
import { WorkloadProcess } from "../../components/local/workload-process.ts";
import type { WorkloadSpec } from "../../components/local/workload-spec.ts";
import { type Istiod, startIstiod } from "./istiod.ts";
import { applyAll, applyCrds, type Kubernetes, startKubernetes } from "./kubernetes.ts";
import type { Parts } from "./parts/find-parts.ts";
import { bound, type Pod, podObjects, podsOf } from "./pods.ts";
import { ProcessGroup } from "./process-group.ts";
import { untilSeen, untilServed } from "./settle.ts";
import { type Sidecar, type SidecarParts, startSidecar } from "./sidecar.ts";

export const ISTIO_PARTS = [
  ...["etcd", "kube-apiserver", "pilot-discovery", "pilot-agent"],
  ...["envoy", "istio-crds", "gateway-api-crds", "istio-bootstrap"],
] as readonly IstioPart[];

type IstioPart =
  | "etcd"
  | "kube-apiserver"
  | "pilot-discovery"
  | "pilot-agent"
  | "envoy"
  | "istio-crds"
  | "gateway-api-crds"
  | "istio-bootstrap";

export class IstioCluster {
  readonly group: ProcessGroup;
  readonly kubernetes: Kubernetes;
  readonly istiod: Istiod;
  readonly #parts: SidecarParts;
  readonly #trustDomain: string;
  #meshes = 0;

  private constructor(
    group: ProcessGroup,
    kubernetes: Kubernetes,
    istiod: Istiod,
    parts: SidecarParts,
    trustDomain: string,
  ) {
    this.group = group;
    this.kubernetes = kubernetes;
    this.istiod = istiod;
    this.#parts = parts;
    this.#trustDomain = trustDomain;
  }

  static async start(parts: Parts<IstioPart>, trustDomain: string): Promise<IstioCluster> {
    const group = await ProcessGroup.create();
    try {
      const kubernetes = await startKubernetes(group, parts);
      await applyCrds(kubernetes.api, [parts["istio-crds"], parts["gateway-api-crds"]]);
      const istiod = await startIstiod(group, parts, kubernetes, { trustDomain });
      return new IstioCluster(group, kubernetes, istiod, parts, trustDomain);
    } catch (error) {
      await group.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.group.stop();
  }

  /** Applies a mesh, starts its pods, and waits until they run it. @throws what the server refuses, or an Envoy */
  async run(ir: MeshIr, objects: readonly MeshObject[]): Promise<IstioMesh> {
    const folder = join(this.group.directory, `mesh-${this.#meshes++}`);
    await mkdir(folder);
    const pods = podsOf(ir);
    const socketOf = (pod: Pod, port: PortIr) => join(folder, `${pod.name}-${pod.service.ports.indexOf(port)}.sock`);
    const all = [...podObjects(ir, pods), ...bound(objects, pods, socketOf).map(({ object }) => object)];
    const workloads = new WorkloadProcess(folder);
    this.group.guard(workloads.pid);
    const mesh = new IstioMesh(this, all, workloads);
    try {
      await workloads.serve({ workloads: pods.map((pod) => workloadOf(pod, socketOf)), externals: [] });
      await untilSeen(this, await applyAll(this.kubernetes.api, all), pods);
      for (const pod of pods) mesh.sidecars.push(await this.#sidecar(pod, join(folder, pod.name)));
      await untilServed(this, mesh.sidecars);
      return mesh;
    } catch (error) {
      await mesh.stop();
      throw error;
    }
  }

  #sidecar(pod: Pod, folder: string): Promise<Sidecar> {
    const { group, kubernetes, istiod } = this;
    const control = { group, kubernetes, istiod, parts: this.#parts, trustDomain: this.#trustDomain };
    return startSidecar(control, pod, folder);
  }
}

const workloadOf = (pod: Pod, socketOf: (pod: Pod, port: PortIr) => string): WorkloadSpec => ({
  id: pod.name,
  service: pod.service.key,
  version: pod.version ?? null,
  identity: pod.service.identity,
  ports: pod.service.ports.map((port) => ({ name: port.name, protocol: port.protocol, socket: socketOf(pod, port) })),
  calls: [],
});

export class IstioMesh {
  readonly sidecars: Sidecar[] = [];
  readonly #cluster: IstioCluster;
  readonly #objects: readonly KubernetesObject[];
  readonly #workloads: WorkloadProcess;

  constructor(cluster: IstioCluster, objects: readonly KubernetesObject[], workloads: WorkloadProcess) {
    this.#cluster = cluster;
    this.#objects = objects;
    this.#workloads = workloads;
  }

  /** A request of a service's application, through its own sidecar. */
  ask(service: string, probe: Omit<Probe, "from" | "expect" | "name">): Promise<Seen> {
    const sidecar = this.sidecars.find(({ pod }) => pod.service.key === service);
    if (sidecar === undefined) throw new Error(`there is no pod of ${service}`);
    const url = new URL(probe.url);
    const port = url.port === "" ? 80 : Number(url.port);
    return askAt(
      { host: sidecar.pod.outbound, port },
      { ...probe, name: probe.url, from: { service }, expect: { status: 200 } },
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.sidecars.map((sidecar) => sidecar.stop()));
    await this.#workloads.stop();
    for (const object of [...this.#objects].reverse())
      if (object.kind !== "Namespace") await this.#cluster.kubernetes.api.delete(object);
  }
}
