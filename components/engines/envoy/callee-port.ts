/**
 * A port of a service as its callers see it: clusters and virtual hosts, each built once and shared by all who see the same.
 * They are built when the first caller asks for them: more than a third of services have none (performance.md 3.1).
 */

import { domainsOf, hostsOf } from "../../ir/hosts.ts";
import type { RouteTableIr, ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { NONE } from "../../values/none.ts";
import { Block } from "./block.ts";
import { calleeCluster, versionsOf } from "./clusters.ts";
import { type ClusterKey, clusterName } from "./names.ts";
import type { HttpFilterId } from "./order.ts";
import type { Placement, SocketAddress } from "./placement.ts";
import { routesOrTree } from "./route-tree.ts";
import { type EnvoyRoute, envoyRoute, type RenderRoute, visibleTo } from "./routes.ts";

export interface VirtualHost extends Ways {
  readonly block: Block;
}

/** Where the routes that a caller sees lead: the same in whatever namespace it is. */
interface Ways {
  readonly required: readonly HttpFilterId[];
  /** The callee's own clusters that its routes lead to: the same for all of its callers, so they are looked up once. */
  readonly clusters: readonly Block[];
  /** Clusters of other services, looked up where they are used: those services change by themselves. */
  readonly elsewhere: readonly ClusterKey[];
}

/** What the callers without routes of their own see, if anybody has asked. */
interface Shown {
  readonly routes: Block;
  readonly ways: Ways;
}

/** One empty list for all: every edge looks into it, so it stays in the processor's cache. */
const orNone = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NONE : list);

/** Every edge of a mesh asks one of these: what most callers need stands in a field, not in a map. */
export class CalleePort {
  readonly name: string;
  readonly isHttp: boolean;
  readonly #ir: PortIr;
  readonly #service: ServiceIr;
  readonly #namespace: string;
  readonly #transportSocket: JsonObject;
  readonly #renderRoute: RenderRoute;
  readonly #versions: readonly (string | undefined)[];
  /** Where the sidecar of each version takes calls. */
  readonly #addresses: readonly SocketAddress[];
  readonly #clusters = new Map<string | undefined, Block>();
  #routes: readonly EnvoyRoute[] | undefined;
  /** The callers with routes of their own, and what they see; absent where there are none. */
  #sources: Map<ServiceId, VirtualHost | undefined> | undefined;
  #shown: Shown | undefined;
  /** For callers in the callee's namespace, and for all others. */
  #near: VirtualHost | undefined;
  #far: VirtualHost | undefined;

  constructor(
    service: ServiceIr,
    ir: PortIr,
    transportSocket: JsonObject,
    placement: Placement,
    renderRoute: RenderRoute,
  ) {
    this.name = ir.name;
    this.isHttp = speaksHttp(ir);
    this.#ir = ir;
    this.#service = service;
    this.#namespace = service.namespace;
    this.#transportSocket = transportSocket;
    this.#renderRoute = renderRoute;
    this.#versions = versionsOf(service);
    this.#addresses = this.#versions.map((version) => placement.inbound(service.id, version, ir.name));
  }

  address(version: string | undefined): SocketAddress {
    return this.#addresses[this.#versions.indexOf(version)] as SocketAddress;
  }

  /** Of one version, or of all. */
  cluster(version: string | undefined): Block {
    let block = this.#clusters.get(version);
    if (block === undefined) this.#clusters.set(version, (block = this.#newCluster(version)));
    return block;
  }

  /** The virtual host as this caller sees it. */
  host(caller: ServiceIr): VirtualHost {
    const near = caller.namespace === this.#namespace;
    const shared = near ? this.#near : this.#far;
    if (shared !== undefined && this.#sources === undefined) return shared;
    this.#routes ??= this.#newRoutes();
    if (this.#sources?.has(caller.id)) {
      const host = this.#sources.get(caller.id) ?? this.#newHost(caller.id, near);
      this.#sources.set(caller.id, host);
      return host;
    }
    return near ? (this.#near ??= this.#newHost(undefined, near)) : (this.#far ??= this.#newHost(undefined, near));
  }

  #newCluster(version: string | undefined): Block {
    const addresses = version === undefined ? this.#addresses : [this.address(version)];
    return new Block(() => calleeCluster(this.#service, this.#ir, version, addresses, this.#transportSocket));
  }

  #newRoutes(): readonly EnvoyRoute[] {
    const { routes } = this.#service.routes.find(({ name }) => name === this.name) as RouteTableIr;
    for (const { matching } of routes)
      if (matching.source !== undefined) (this.#sources ??= new Map()).set(matching.source, undefined);
    return routes.map((route) => envoyRoute(route, this.#renderRoute));
  }

  #newHost(source: ServiceId | undefined, near: boolean): VirtualHost {
    const { routes, ways } = source === undefined ? (this.#shown ??= this.#show(undefined)) : this.#show(source);
    return { block: new Block(() => this.#names(near), routes), ...ways };
  }

  /** The head of a virtual host: its name, and how a caller may spell it. */
  #names(near: boolean): JsonObject {
    const { id, name, namespace, ports } = this.#service;
    const domains = domainsOf(hostsOf(name, namespace, near), this.#ir, ports);
    return { name: clusterName({ service: id, port: this.name }), domains };
  }

  #show(source: ServiceId | undefined): Shown {
    const routes = visibleTo(this.#routes ?? NONE, source);
    const required = new Set<HttpFilterId>();
    const own = new Set<string | undefined>();
    const elsewhere: ClusterKey[] = [];
    for (const route of routes) {
      for (const filter of route.required) required.add(filter);
      for (const one of route.ir.split?.destinations ?? NONE)
        if (one.service === this.#service.id && one.port === this.name) own.add(one.version);
        else elsewhere.push(one);
    }
    const clusters = Array.from(own, (version) => this.cluster(version));
    return {
      routes: new Block(() => routesOrTree(routes)),
      ways: { required: orNone([...required]), clusters, elsewhere: orNone(elsewhere) },
    };
  }
}
