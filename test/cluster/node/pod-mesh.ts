/** A mesh whose workloads are pods of a node, as whoever asks sees it: pods, clients outside, strangers. */
import { setTimeout as sleep } from "node:timers/promises";
import type { SocketAddress } from "../../../components/engines/envoy/placement.ts";
import type { GatewayIr, MeshIr, ServiceIr } from "../../../components/ir/mesh-ir.ts";
import { askAt, type Seen } from "../../../components/local/ask.ts";
import { isOutside, type Probe } from "../../../components/local/probe.ts";
import { distinct } from "../../../components/values/order.ts";
import { applyAll } from "../kubernetes.ts";
import { asOneDeadline } from "../on-istio.ts";
import { Asker } from "./asker.ts";
import type { Node } from "./node.ts";
import { containerId, type PodState, podsIn, untilPodsReady } from "./pod-state.ts";
import { CONTAINER } from "./stand-in.ts";
import { SERVICE, STRANGER, VERSION, workloadObjects } from "./workloads.ts";

const PATIENCE = 60_000;

export interface PodMeshOptions {
  /** Signs what listeners show to clients outside. */
  readonly edgeCa: string;
  readonly rootNamespace: string;
}

export class PodMesh {
  readonly #node: Node;
  readonly #ir: MeshIr;
  readonly #options: PodMeshOptions;
  readonly #askers = new Map<string, Asker>();
  #pods: readonly PodState[] = [];

  constructor(node: Node, ir: MeshIr, options: PodMeshOptions) {
    this.#node = node;
    this.#ir = ir;
    this.#options = options;
  }

  get pods(): readonly PodState[] {
    return this.#pods;
  }

  /** Applies the workloads, and waits until all of their pods are ready. */
  async deploy(seconds: number): Promise<void> {
    const { api } = this.#node.kubernetes;
    const objects = await applyAll(api, workloadObjects(this.#ir));
    const deployments = objects.filter(({ kind }) => kind === "Deployment");
    const gateways = this.#ir.gateways;
    const namespaces = distinct(deployments.map(({ metadata }) => metadata.namespace ?? ""));
    const found = namespaces.map((namespace) => {
      const count = [...deployments.map(({ metadata }) => metadata), ...gateways].filter(
        (one) => one.namespace === namespace,
      ).length;
      return untilPodsReady(api, namespace, count, seconds);
    });
    this.#pods = (await Promise.all(found)).flat();
  }

  async ask(probe: Probe): Promise<Seen> {
    const { from } = probe;
    const url = new URL(probe.url);
    const port = this.portOf(url);
    if (isOutside(from)) return askAt(await this.#listener(url), probe, this.#options.edgeCa);
    if (from === "plaintext") return askAt(this.#target(url, port), probe);
    const asker = from === "stranger" ? this.#asker(STRANGER) : this.#asker(from.service, from.version);
    return asOneDeadline(await asker.ask({ host: url.hostname, port }, probe), probe);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#askers.values()].map((asker) => asker.stop()));
    this.#askers.clear();
  }

  /** An authority may leave out the one port of a service; whoever connects cannot. */
  portOf(url: URL): number {
    const [only, ...others] = this.#called(url)?.ports ?? [];
    if (url.port !== "") return Number(url.port);
    return only === undefined || others.length > 0 ? 80 : only.number;
  }

  #called({ hostname }: URL): ServiceIr | undefined {
    const [name, namespace] = hostname.split(".");
    return this.#ir.services.find(
      (one) => one.name === name && (namespace === undefined || one.namespace === namespace),
    );
  }

  #asker(service: string, version?: string): Asker {
    const pod = this.#pod(service, version);
    const known = this.#askers.get(pod.metadata.name) ?? new Asker(this.#node, containerId(pod, CONTAINER));
    this.#askers.set(pod.metadata.name, known);
    return known;
  }

  #pod(service: string, version?: string): PodState {
    const found = this.#pods.find(
      ({ metadata: { labels = {} } }) =>
        labels[SERVICE] === service && (version === undefined || labels[VERSION] === version),
    );
    if (found === undefined) throw new Error(`there is no pod of ${service} ${version ?? ""}`);
    return found;
  }

  /** Past every proxy but the callee's. */
  #target(url: URL, number: number): SocketAddress {
    const service = this.#called(url);
    const port = service?.ports.find((one) => one.number === number);
    if (service === undefined || port === undefined) throw new Error(`there is no ${url.hostname}:${number}`);
    return { host: this.#pod(service.key).status.podIP ?? "", port: port.target };
  }

  /** A client outside knows the node's address. A host that nobody serves still reaches a gateway, which has to refuse it. */
  async #listener({ protocol, hostname }: URL): Promise<SocketAddress> {
    const listeners = this.#ir.gateways.flatMap((gateway) =>
      gateway.listeners
        .filter(({ tls }) => (tls !== undefined) === (protocol === "https:"))
        .map(({ port, hosts }) => ({ gateway, port, hosts })),
    );
    const found = listeners.find(({ hosts }) => hosts.some((one) => one === hostname)) ?? listeners[0];
    if (found === undefined) throw new Error(`no gateway listens for ${protocol}`);
    return { host: this.#node.space.address, port: await this.#nodePort(found.gateway, found.port) };
  }

  async #nodePort({ namespace, name }: GatewayIr, port: number): Promise<number> {
    const answer = await this.#node.kubernetes.api.get(`/api/v1/namespaces/${namespace}/services/${name}`);
    if (answer.kind === "refused") throw new Error(answer.message);
    const { spec } = answer.body as unknown as { readonly spec: { readonly ports: readonly ServicePort[] } };
    const found = spec.ports.find((one) => one.port === port)?.nodePort;
    if (found === undefined) throw new Error(`the gateway ${name} has no port ${port} on nodes`);
    return found;
  }

  /** Every proxy has taken what istiod has sent, twice in a row: what was changed before has reached all of them. */
  async settle(): Promise<void> {
    const istiods = await this.#istiods();
    let late: readonly string[] = [];
    let calm = 0;
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(300)) {
      late = (await Promise.all(istiods.map((one) => syncsOf(this.#node, one)))).flat().filter(isLate).map(proxyOf);
      calm = late.length === 0 ? calm + 1 : 0;
      if (calm === 4) return;
    }
    throw new Error(`after ${PATIENCE / 1_000} s these proxies have not taken their configuration: ${late.join(", ")}`);
  }

  /** The proxies that are connected to each istiod. */
  async connected(): Promise<readonly (readonly string[])[]> {
    const syncs = (await this.#istiods()).map((one) => syncsOf(this.#node, one));
    return (await Promise.all(syncs)).map((all) => all.map(proxyOf));
  }

  async #istiods(): Promise<readonly string[]> {
    const pods = await podsIn(this.#node.kubernetes.api, this.#options.rootNamespace);
    const found = pods.filter(({ metadata }) => metadata.labels?.app === "istiod");
    if (found.length === 0) throw new Error("there is no istiod");
    return found.map((pod) => containerId(pod, "discovery"));
  }
}

interface ServicePort {
  readonly port: number;
  readonly nodePort?: number;
}

type Sync = Readonly<Record<string, string | undefined>>;

const KINDS = ["cluster", "listener", "route", "endpoint"];

/** On a busy machine `ctr` now and then ends before it has copied what was said. */
async function syncsOf(node: Node, istiod: string): Promise<readonly Sync[]> {
  let said = "";
  for (let tries = 0; said === "" && tries < 5; tries++)
    said = await node.output(istiod, "pilot-discovery", "request", "GET", "/debug/syncz");
  return JSON.parse(said) as readonly Sync[];
}

/** A proxy without routes was never sent any. */
const isLate = (sync: Sync): boolean => KINDS.some((kind) => sync[`${kind}_sent`] !== sync[`${kind}_acked`]);

const proxyOf = ({ proxy = "" }: Sync): string => proxy;
