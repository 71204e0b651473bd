/**
 * A port of a service as its callers see it: clusters and virtual hosts, each built once and shared by all who see the same.
 * They are built when the first caller asks for them: more than a third of services have none (performance.md 3.1).
 */

import { domainsOf, hostsOf } from "../../ir/hosts.ts";
import type { RouteTableIr, ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";
import type { PortIr } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { Block } from "./block.ts";
import { calleeCluster, versionsOf } from "./clusters.ts";
import { type ClusterKey, clusterName } from "./names.ts";
import type { HttpFilterId } from "./order.ts";
import type { Address, Placement } from "./placement.ts";
import { type EnvoyRoute, envoyRoute, type RenderRoute, virtualHost, visibleTo } from "./routes.ts";

export interface VirtualHost {
  readonly block: Block;
  readonly required: readonly HttpFilterId[];
  /** Where its routes lead. Looked up where they are used: services change by themselves. */
  readonly destinations: readonly ClusterKey[];
}

interface Table {
  readonly routes: readonly EnvoyRoute[];
  /** The callers with routes of their own. */
  readonly sources: ReadonlySet<ServiceId>;
}

export class CalleePort {
  readonly ir: PortIr;
  readonly #service: ServiceIr;
  readonly #transportSocket: JsonObject;
  readonly #renderRoute: RenderRoute;
  /** By version; without one, of all versions. */
  readonly #addresses: ReadonlyMap<string | undefined, readonly Address[]>;
  readonly #clusters = new Map<string | undefined, Block>();
  #table: Table | undefined;
  /** By the caller where it has routes of its own, else by whether it is in the callee's namespace. */
  readonly #hosts = new Map<ServiceId | boolean, VirtualHost>();

  constructor(
    service: ServiceIr,
    ir: PortIr,
    transportSocket: JsonObject,
    placement: Placement,
    renderRoute: RenderRoute,
  ) {
    this.ir = ir;
    this.#service = service;
    this.#transportSocket = transportSocket;
    this.#renderRoute = renderRoute;
    const placed = versionsOf(service).map(
      (version) => [version, [placement.inbound(service.id, version, ir.name)]] as const,
    );
    const all = placed.flatMap(([, addresses]) => addresses);
    this.#addresses = new Map<string | undefined, readonly Address[]>([[undefined, all], ...placed]);
  }

  cluster(version: string | undefined): Block {
    let block = this.#clusters.get(version);
    if (block === undefined) this.#clusters.set(version, (block = this.#newCluster(version)));
    return block;
  }

  /** The virtual host as this caller sees it. */
  host(caller: ServiceIr): VirtualHost {
    const { routes, sources } = (this.#table ??= this.#newTable());
    const near = caller.namespace === this.#service.namespace;
    const key = sources.has(caller.id) ? caller.id : near;
    let host = this.#hosts.get(key);
    if (host === undefined) this.#hosts.set(key, (host = this.#newHost(visibleTo(routes, caller.id), near)));
    return host;
  }

  #newCluster(version: string | undefined): Block {
    const addresses = this.#addresses.get(version) as readonly Address[];
    return new Block(calleeCluster(this.#service, this.ir, version, addresses, this.#transportSocket));
  }

  #newTable(): Table {
    const table = this.#service.routes.find(({ name }) => name === this.ir.name) as RouteTableIr;
    const sources = new Set<ServiceId>();
    for (const { matching } of table.routes) if (matching.source !== undefined) sources.add(matching.source);
    return { routes: table.routes.map((route) => envoyRoute(route, this.#renderRoute)), sources };
  }

  #newHost(routes: readonly EnvoyRoute[], near: boolean): VirtualHost {
    const { id, name, namespace, ports } = this.#service;
    const domains = domainsOf(hostsOf(name, namespace, near), this.ir, ports);
    return {
      block: new Block(virtualHost(clusterName({ service: id, port: this.ir.name }), domains, routes)),
      required: [...new Set(routes.flatMap(({ required }) => required))],
      destinations: routes.flatMap(({ ir }) => ir.split?.destinations ?? []),
    };
  }
}
