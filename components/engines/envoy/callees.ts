/**
 * The way out of a proxy: whom it can reach and how. What several callers share (a callee's routes and clusters,
 * callee-port.ts) stands in the files of each of them as the same block.
 */
import { isDeclared, isExternal } from "../../ir/edges.ts";
import { domainsOf } from "../../ir/hosts.ts";
import type { EdgeIr, ExternalId, ExternalIr, GatewayIr, ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import type { Slices } from "../slices.ts";
import { Block, type ConfigFile, resourceFile } from "./block.ts";
import { CalleePort } from "./callee-port.ts";
import { externalCluster, externalSecret } from "./clusters.ts";
import { Fragments } from "./fragments.ts";
import { type ClusterKey, clusterName } from "./names.ts";
import type { HttpFilterId } from "./order.ts";
import type { Placement, SocketAddress } from "./placement.ts";
import { protoTimeout } from "./resources.ts";
import type { EnvoyFragment } from "./slots.ts";
import { rootsSecret } from "./tls.ts";

/** What a proxy's calls put into its files. */
export interface WayOut {
  readonly clusters: readonly Block[];
  readonly secrets: readonly ConfigFile[];
  /** The virtual hosts of the callees that speak HTTP. */
  readonly hosts: readonly Block[];
  /** The filters that their routes need. */
  readonly required: readonly HttpFilterId[];
  /** The clusters of the callees' ports that do not. */
  readonly tcp: readonly string[];
}

interface Callee {
  readonly service: ServiceIr;
  readonly fragments: Fragments;
  readonly ports: readonly CalleePort[];
  /** Most services have one port, which every edge asks for. */
  readonly only: CalleePort | undefined;
}

export class Callees {
  readonly #slices: Slices<EnvoyFragment>;
  readonly #placement: Placement;
  readonly #services: Map<ServiceId, ServiceIr>;
  readonly #externals: ReadonlyMap<ExternalId, ExternalIr>;
  readonly #callees = new Map<ServiceId, Callee>();
  readonly #externalClusters = new Map<string, Block>();

  constructor(
    services: readonly ServiceIr[],
    externals: readonly ExternalIr[],
    slices: Slices<EnvoyFragment>,
    placement: Placement,
  ) {
    this.#slices = slices;
    this.#placement = placement;
    this.#services = new Map(services.map((service) => [service.id, service]));
    this.#externals = new Map(externals.map((external) => [external.id, external]));
  }

  service(id: ServiceId): ServiceIr {
    return this.#services.get(id) as ServiceIr;
  }

  has(id: string): id is ServiceId {
    return this.#services.has(id as ServiceId);
  }

  /** What the slices of a service contribute. */
  fragments(id: ServiceId): Fragments {
    return this.#callee(id).fragments;
  }

  /** Where the sidecars of a service take calls. */
  address(id: ServiceId, port: string, version: string | undefined): SocketAddress {
    return portOf(this.#callee(id), port).address(version);
  }

  /** Puts a changed service in the place of the old one. Do its callers see a difference? */
  replace(service: ServiceIr): boolean {
    const before = this.#callee(service.id);
    const fragments = new Fragments(this.#slices.service(service));
    this.#services.set(service.id, service);
    if (shownToCallers(before.service, before.fragments) === shownToCallers(service, fragments)) {
      this.#callees.set(service.id, { ...before, service, fragments });
      return false;
    }
    this.#callees.delete(service.id);
    return true;
  }

  /** The way out of a sidecar. */
  ofService(caller: ServiceIr): WayOut {
    const way = new Way();
    for (const edge of caller.calls) {
      // A route makes this call, not the caller: the cluster comes with that route, and no name leads there.
      if (!isDeclared(edge)) continue;
      // The callee may be known, so nobody looks into the text of its id.
      const known = this.#callees.get(edge.to as ServiceId);
      if (known === undefined && isExternal(edge.to)) {
        this.#addExternal(edge, way);
        continue;
      }
      const callee = known ?? this.#callee(edge.to as ServiceId);
      const port = portOf(callee, edge.port);
      if (port.isHttp) this.#addHost(port, caller, way);
      else this.#addTcp(callee, port, way);
    }
    return way;
  }

  /** The way out of a gateway: just where its routes send requests; they are its own, not the callees'. */
  ofGateway({ hosts }: GatewayIr): WayOut {
    const way = new Way();
    for (const { routes } of hosts)
      for (const { split } of routes) for (const destination of split?.destinations ?? []) this.#add(destination, way);
    return way;
  }

  #addHost(port: CalleePort, caller: ServiceIr, way: Way): void {
    const { block, required, clusters, elsewhere } = port.host(caller);
    way.hosts.push(block);
    for (const filter of required) if (!way.required.includes(filter)) way.required.push(filter);
    for (const cluster of clusters) way.shared.push(cluster);
    for (const destination of elsewhere) this.#add(destination, way);
  }

  #addTcp({ service }: Callee, { name }: CalleePort, way: Way): void {
    const destination = { service: service.id, port: name };
    way.tcp.push(clusterName(destination));
    this.#add(destination, way);
  }

  #add({ service, port, version }: ClusterKey, way: Way): void {
    way.shared.push(portOf(this.#callee(service as ServiceId), port).cluster(version));
    way.mayRepeat = true;
  }

  #addExternal({ to, port: name }: EdgeIr, way: Way): void {
    const external = this.#externals.get(to as ExternalId) as ExternalIr;
    const port = external.ports.find((item) => item.name === name) as PortIr;
    way.external.push(this.#external(external, port));
    if (external.tls.mode === "verified" && port.protocol !== "tls") {
      const secret = externalSecret(external);
      if (!way.roots.has(secret)) way.roots.set(secret, this.#externalSecret(external, secret));
    }
    if (speaksHttp(port)) way.hosts.push(externalHost(external, port));
    else way.tcp.push(clusterName({ service: external.id, port: name }));
  }

  #callee(id: ServiceId): Callee {
    let callee = this.#callees.get(id);
    if (callee === undefined) this.#callees.set(id, (callee = this.#newCallee(this.service(id))));
    return callee;
  }

  #newCallee(service: ServiceIr): Callee {
    const fragments = new Fragments(this.#slices.service(service));
    const socket = socketOf(fragments);
    const ports = service.ports.map((ir) => new CalleePort(service, ir, socket, this.#placement, this.#slices.route));
    return { service, fragments, ports, only: ports.length === 1 ? ports[0] : undefined };
  }

  #external(external: ExternalIr, port: PortIr): Block {
    const name = clusterName({ service: external.id, port: port.name });
    const known = this.#externalClusters.get(name);
    if (known !== undefined) return known;
    const address = this.#placement.external(external.id, port.name);
    const block = new Block(() => externalCluster(external, port, address));
    this.#externalClusters.set(name, block);
    return block;
  }

  #externalSecret(external: ExternalIr, secret: string): ConfigFile {
    const file = secret === "external-roots" ? "certs/external-ca.crt" : `certs/external.${external.key}.crt`;
    return resourceFile(`sds/${secret}.json`, [new Block(() => rootsSecret(secret, file))]);
  }
}

/** Collects; a cluster that several routes lead to is there once. */
class Way implements WayOut {
  readonly shared: Block[] = [];
  /** The clusters of a callee's own port are there once anyway, with the port; others may have been added before. */
  mayRepeat = false;
  readonly external: Block[] = [];
  readonly roots = new Map<string, ConfigFile>();
  readonly hosts: Block[] = [];
  readonly required: HttpFilterId[] = [];
  readonly tcp: string[] = [];

  get clusters(): readonly Block[] {
    const shared = this.mayRepeat ? [...new Set(this.shared)] : this.shared;
    return shared.concat(this.external);
  }
  get secrets(): readonly ConfigFile[] {
    return [...this.roots.values()];
  }
}

const portOf = ({ ports, only }: Callee, name: string): CalleePort =>
  only ?? (ports.find((port) => port.name === name) as CalleePort);

const socketOf = (fragments: Fragments): JsonObject => fragments.get("upstream.transportSocket") ?? {};

/** What of a service stands in its callers' files. */
const shownToCallers = ({ ports, versions, routes }: ServiceIr, fragments: Fragments): string =>
  JSON.stringify([ports, versions, routes, socketOf(fragments)]);

const externalHost = (external: ExternalIr, port: PortIr): Block =>
  new Block(() => {
    const name = clusterName({ service: external.id, port: port.name });
    const routes = [
      {
        name: "external",
        match: { prefix: "/" },
        route: { cluster: name, timeout: protoTimeout(external.timeouts.request), host_rewrite_literal: external.host },
      },
    ];
    return { name, domains: domainsOf([external.host], port, external.ports), routes };
  });
