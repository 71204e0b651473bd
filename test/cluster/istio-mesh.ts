/**
 * A mesh as Istio serves it: its rendered objects in a real API server, configuration and certificates from a real istiod, a stock
 * Envoy beside each pod, stand-ins behind them. The cluster is started once and takes one mesh after another.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject, MeshObject } from "../../components/engines/kubernetes.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { askAt, type Seen } from "../../components/local/ask.ts";
import { type Authority, createAuthority, type IssuedCertificate } from "../../components/local/certificates.ts";
import type { Probe } from "../../components/local/probe.ts";
import type { SecretRef } from "../../components/values/secret-ref.ts";
import { addressFor } from "./address-for.ts";
import { bound, boundOf, type SocketOf, type Surroundings } from "./bound.ts";
import { hostStandIns } from "./host-stand-ins.ts";
import { type Istiod, startIstiod } from "./istiod.ts";
import { applyCrds, applyTogether, type Kubernetes, startKubernetes } from "./kubernetes.ts";
import type { Parts } from "./parts/find-parts.ts";
import { type Pod, podObjects, podsOf } from "./pods.ts";
import { clusterPorts } from "./ports.ts";
import { ProcessGroup } from "./process-group.ts";
import { untilSeen, untilServed } from "./settle.ts";
import { type Sidecar, type SidecarParts, startSidecar } from "./sidecar.ts";

export const ISTIO_PARTS = [
  ...["etcd", "kube-apiserver", "pilot-discovery", "pilot-agent"],
  ...["envoy", "istio-crds", "gateway-api-crds", "istio-bootstrap"],
] as readonly IstioPart[];

/** How many proxies start at a time: each takes a core for a moment. */
const AT_ONCE = 4;

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
  readonly istiods: readonly Istiod[];
  readonly #parts: SidecarParts;
  readonly #trustDomain: string;
  #meshes = 0;
  #sidecars = 0;

  private constructor(
    group: ProcessGroup,
    kubernetes: Kubernetes,
    istiods: readonly Istiod[],
    parts: SidecarParts,
    trustDomain: string,
  ) {
    this.group = group;
    this.kubernetes = kubernetes;
    this.istiods = istiods;
    this.#parts = parts;
    this.#trustDomain = trustDomain;
  }

  static async start(
    parts: Parts<IstioPart>,
    trustDomain: string,
    names: readonly string[] = ["istiod"],
  ): Promise<IstioCluster> {
    const group = await ProcessGroup.create();
    try {
      const kubernetes = await startKubernetes(group, parts);
      await applyCrds(kubernetes.api, [parts["istio-crds"], parts["gateway-api-crds"]]);
      const istiods: Istiod[] = [];
      for (const name of names) istiods.push(await startIstiod(group, parts, kubernetes, { trustDomain, name }));
      return new IstioCluster(group, kubernetes, istiods, parts, trustDomain);
    } catch (error) {
      await group.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.group.stop();
  }

  /** Applies a mesh, starts its pods, and waits until they run it. @throws what the server refuses, or an Envoy */
  async run(
    ir: MeshIr,
    rendered: readonly MeshObject[],
    { host = hostStandIns, stranger = true }: RunOptions = {},
  ): Promise<IstioMesh> {
    const folder = join(this.group.directory, `mesh-${this.#meshes++}`);
    await mkdir(folder);
    const pods = podsOf(ir, stranger);
    const edge = await createAuthority({ trustDomain: "edge.test" });
    const socketOf: SocketOf = ({ name, plays }, port) =>
      join(folder, `${name}-${plays.kind === "service" ? plays.service.ports.indexOf(port) : ""}.sock`);
    const around = { pods, socketOf, ...(await outsideOf(ir, folder, edge)) };
    const objects = [
      ...podObjects(ir, pods),
      ...(await certificates(ir, edge)),
      ...bound(
        rendered.map(({ object }) => object),
        around,
      ),
    ];
    const hosted = await host({ ...around, ir, folder, authority: edge, group: this.group });
    const mesh = new IstioMesh(this, objects, around, hosted, edge.caPem);
    try {
      const stored = await applyTogether(this.kubernetes.api, objects);
      for (const istiod of this.istiods) await untilSeen(istiod, stored, pods);
      await this.#startAll(pods, mesh.sidecars);
      await untilServed(this.kubernetes, mesh.sidecars);
      return mesh;
    } catch (error) {
      await mesh.stop();
      throw error;
    }
  }

  /** Each istiod gets its share of them. */
  async #startAll(pods: readonly Pod[], sidecars: Sidecar[]): Promise<void> {
    const { istiods } = this;
    const queue = pods.map((pod, index) => ({ pod, istiod: istiods[index % istiods.length] as Istiod }));
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        sidecars.push(await this.sidecar(next.pod, next.istiod));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  sidecar(pod: Pod, istiod: Istiod): Promise<Sidecar> {
    const { group, kubernetes } = this;
    const control = { group, kubernetes, istiod, parts: this.#parts, trustDomain: this.#trustDomain };
    return startSidecar(control, pod, join(group.directory, `sidecar-${this.#sidecars++}`));
  }
}

interface RunOptions {
  readonly host?: Host;
  /** Is there a pod that nobody declared? */
  readonly stranger?: boolean;
}

/** Where the applications of a mesh and what plays the outside have to listen. */
export interface Site extends Surroundings {
  readonly ir: MeshIr;
  readonly folder: string;
  readonly group: ProcessGroup;
  /** Signs for the outside, and for applications that speak TLS themselves. */
  readonly authority: Authority;
}

/** Serves all of them; answers with what ends that. */
export type Host = (site: Site) => Promise<() => Promise<void>>;

/** Each port of each host outside on one of loopback's. */
async function outsideOf({ externals }: MeshIr, folder: string, { caPem }: Authority) {
  const names = externals.flatMap(({ host, ports }) => ports.map(({ name }) => `${host} ${name}`));
  const ports = await clusterPorts(names.length);
  const outsideCa = join(folder, "outside-ca.crt");
  await writeFile(outsideCa, caPem);
  const outsidePort = (host: string, port: string) => ports[names.indexOf(`${host} ${port}`)] ?? 0;
  return { outsideCa, outsidePort };
}

/** What listeners show to clients outside. */
export function certificates({ gateways }: MeshIr, edge: Authority): Promise<readonly KubernetesObject[]> {
  const secrets = gateways.flatMap(({ listeners }) =>
    listeners.flatMap(({ tls, hosts }) =>
      tls === undefined ? [] : [edge.issueServer(hosts).then((pair) => tlsSecret(tls.certificate, pair))],
    ),
  );
  return Promise.all(secrets);
}

const tlsSecret = (
  { namespace, name }: SecretRef,
  { certificatePem, keyPem }: IssuedCertificate,
): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace },
  type: "kubernetes.io/tls",
  stringData: { "tls.crt": certificatePem, "tls.key": keyPem },
});

export class IstioMesh {
  readonly sidecars: Sidecar[] = [];
  readonly #cluster: IstioCluster;
  readonly #objects: readonly KubernetesObject[];
  readonly #around: Surroundings;
  readonly #stopHosted: () => Promise<void>;
  readonly #edgeCa: string;

  constructor(
    cluster: IstioCluster,
    objects: readonly KubernetesObject[],
    around: Surroundings,
    stopHosted: () => Promise<void>,
    edgeCa: string,
  ) {
    this.#cluster = cluster;
    this.#objects = objects;
    this.#around = around;
    this.#stopHosted = stopHosted;
    this.#edgeCa = edgeCa;
  }

  get pods(): readonly Pod[] {
    return this.sidecars.map(({ pod }) => pod);
  }

  /** What whoever asks sees. */
  ask(probe: Probe): Promise<Seen> {
    return askAt(addressFor(probe, this.pods), probe, this.#edgeCa);
  }

  /** An object of the mesh as it is applied here: one, or one for each pod that it selects. */
  bound(object: KubernetesObject): readonly KubernetesObject[] {
    return boundOf(object, this.#around);
  }

  async stop(): Promise<void> {
    await Promise.all(this.sidecars.map((sidecar) => sidecar.stop()));
    await this.#stopHosted();
    const objects = this.#objects.filter(({ kind }) => kind !== "Namespace");
    await Promise.all(objects.map((object) => this.#cluster.kubernetes.api.delete(object)));
  }
}
