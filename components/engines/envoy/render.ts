/**
 * The Envoy kit: services, gateways and the fragments of their slices → the files of every proxy.
 * What the versions of a service share is built once.
 */
import type { GatewayIr, MeshIr, ServiceId, ServiceIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { trimmed } from "../../values/order.ts";
import type { Slices } from "../slices.ts";
import { Block, type ConfigFile, resourceFile, routeFile, wholeFile } from "./block.ts";
import { ADMIN_CLUSTER, bootstrap, bootstrapBody } from "./bootstrap.ts";
import { Callees } from "./callees.ts";
import { versionsOf, workloadCluster } from "./clusters.ts";
import { Fragments, httpFilterChain } from "./fragments.ts";
import {
  EDGE_LIMITS,
  edgeProfile,
  filterChains,
  httpFilters,
  inboundProfile,
  listener,
  listenerBody,
  outboundProfile,
  tcpFilters,
} from "./listeners.ts";
import { inboundName, proxyName } from "./names.ts";
import type { HttpFilterId } from "./order.ts";
import { addressText, type Placement } from "./placement.ts";
import { routesOrTree } from "./route-tree.ts";
import { envoyRoute } from "./routes.ts";
import type { EnvoyFragment } from "./slots.ts";
import { certificateSecret, edgeSecret, edgeTls, rootsSecret } from "./tls.ts";

/** One Envoy: a sidecar of a workload, or a gateway. */
export interface RenderedProxy {
  readonly name: string;
  readonly owner: ServiceId;
  readonly kind: "sidecar" | "gateway";
  readonly version?: string;
  readonly files: readonly ConfigFile[];
}

/** What the slices say of a proxy; all that say the same share it. */
interface ProxyParts {
  readonly fragments: readonly EnvoyFragment[];
  readonly edge: boolean;
  readonly bootstrap: Block;
  readonly accessLogs: readonly JsonObject[];
  /** Behind the listener of HTTP calls, by the filters that the callees' routes need. */
  readonly outboundHttp: Map<string, Block>;
}

/** What the sidecars of a service's versions have in common. */
interface Sidecars {
  readonly service: ServiceIr;
  readonly name: string;
  readonly clusters: readonly Block[];
  readonly bootstrap: Block;
  readonly inbound: readonly InboundPort[];
  /** Behind the listener of its HTTP calls, where it makes any. */
  readonly outboundHttp: Block | undefined;
  readonly outboundTcp: readonly OutboundTcp[];
  /** All but the bootstrap, the listeners and the clusters, in which addresses stand. */
  readonly files: readonly ConfigFile[];
}

interface InboundPort {
  readonly port: PortIr;
  readonly name: string;
  readonly body: Block;
}

interface OutboundTcp {
  readonly cluster: string;
  readonly body: Block;
}

export class EnvoyRenderer {
  readonly #slices: Slices<EnvoyFragment>;
  readonly #placement: Placement;
  #callees: Callees;
  /** Of the proxy before: the next one mostly says the same. */
  #parts: ProxyParts | undefined;
  /** By name and address: a workload is reached in the same way in most proxies. */
  readonly #workloads = new Map<string, Block>();

  constructor(slices: Slices<EnvoyFragment>, placement: Placement) {
    this.#slices = slices;
    this.#placement = placement;
    this.#callees = new Callees([], [], slices, placement);
  }

  /** Every proxy of a mesh, sorted by name within services and gateways. */
  render(mesh: MeshIr): readonly RenderedProxy[] {
    this.#callees = new Callees(mesh.services, mesh.externals, this.#slices, this.#placement);
    return [
      ...mesh.services.flatMap((service) => this.#sidecars(service)),
      ...mesh.gateways.map((gateway) => this.#gateway(gateway)),
    ];
  }

  /** The proxies that a change of these services concerns: their own, and those of the callers who see it. */
  rerender(changed: readonly ServiceIr[]): readonly RenderedProxy[] {
    const concerned = new Set<ServiceId>();
    for (const service of changed) {
      concerned.add(service.id);
      if (!this.#callees.replace(service)) continue;
      for (const { from } of service.callers) if (this.#callees.has(from)) concerned.add(from);
    }
    return [...concerned].flatMap((id) => this.#sidecars(this.#callees.service(id)));
  }

  // --- sidecars ----------------------------------------------------------------------------------------------------

  #sidecars(service: ServiceIr): readonly RenderedProxy[] {
    const shared = this.#shared(service);
    return versionsOf(service).map((version) => {
      const name = version === undefined ? shared.name : proxyName(service.id, version);
      const files = this.#sidecar(shared, name, version);
      return { name, owner: service.id, kind: "sidecar", ...(version === undefined ? {} : { version }), files };
    });
  }

  #shared(service: ServiceIr): Sidecars {
    const parts = this.#partsOf(service, false);
    const own = this.#callees.fragments(service.id);
    const way = this.#callees.ofService(service);
    return {
      service,
      name: proxyName(service.id),
      clusters: way.clusters,
      bootstrap: parts.bootstrap,
      inbound: service.ports.map((port) => inboundPort(port, own, parts.accessLogs)),
      outboundHttp: way.hosts.length > 0 ? outboundHttp(parts, way.required) : undefined,
      outboundTcp: way.tcp.map((cluster) => outboundTcp(cluster, parts.accessLogs)),
      files: (way.hosts.length > 0 ? [routeFile("rds/outbound.json", "outbound", trimmed(way.hosts))] : []).concat(
        this.#placement.secrets === "rendered" ? way.secrets.concat(IDENTITY_SECRETS) : [],
      ),
    };
  }

  #sidecar(shared: Sidecars, name: string, version: string | undefined): readonly ConfigFile[] {
    const { service, clusters, files } = shared;
    const workloads = service.ports.map((port) => this.#workload(service.id, version, port));
    // By `concat` throughout: a list that is spread together keeps room for sixteen more.
    const listeners = this.#inboundListeners(shared, version).concat(
      this.#outboundListeners(shared, name),
      this.#metricsListener(name),
    );
    return [
      wholeFile("bootstrap.json", bootstrap(name, shared.name, shared.bootstrap)),
      resourceFile("lds.json", listeners),
      resourceFile("cds.json", workloads.concat(clusters)),
    ].concat(files);
  }

  #partsOf(owner: ServiceIr | GatewayIr, edge: boolean): ProxyParts {
    const fragments = this.#slices.proxy(owner);
    const before = this.#parts;
    const isSame = (one: EnvoyFragment, index: number) => one === before?.fragments[index];
    if (edge === before?.edge && fragments.length === before.fragments.length && fragments.every(isSame)) return before;
    const proxy = new Fragments(fragments);
    this.#parts = {
      fragments,
      edge,
      bootstrap: bootstrapBody(proxy.list("proxy.stats"), edge),
      accessLogs: proxy.list("proxy.accessLogs"),
      outboundHttp: new Map(),
    };
    return this.#parts;
  }

  #workload(service: ServiceId, version: string | undefined, port: PortIr): Block {
    const name = inboundName(port.name);
    const address = this.#placement.workload(service, version, port.name);
    const key = `${name} ${port.protocol} ${addressText(address)}`;
    let block = this.#workloads.get(key);
    if (block === undefined) this.#workloads.set(key, (block = new Block(() => workloadCluster(port, name, address))));
    return block;
  }

  #inboundListeners({ service, inbound }: Sidecars, version: string | undefined): Block[] {
    return inbound.map(({ port, name, body }) =>
      listener(name, this.#callees.address(service.id, port.name, version), body),
    );
  }

  #outboundListeners({ outboundHttp, outboundTcp }: Sidecars, proxy: string): Block[] {
    const tcp = outboundTcp.map(({ cluster, body }) =>
      listener(`outbound-${cluster}`, this.#placement.outboundTcp(proxy, cluster), body),
    );
    if (outboundHttp === undefined) return tcp;
    return [listener("outbound", this.#placement.outboundHttp(proxy), outboundHttp)].concat(tcp);
  }

  #metricsListener(proxy: string): Block {
    return listener("metrics", this.#placement.metrics(proxy), METRICS_BODY);
  }

  // --- gateways ----------------------------------------------------------------------------------------------------

  #gateway(gateway: GatewayIr): RenderedProxy {
    const name = proxyName(gateway.id);
    const { bootstrap: body, accessLogs } = this.#partsOf(gateway, true);
    const way = this.#callees.ofGateway(gateway);
    const tables = new Map(
      gateway.hosts.map((table) => [table.name, table.routes.map((route) => envoyRoute(route, this.#slices.route))]),
    );
    const required = [...tables.values()].flatMap((routes) => routes.flatMap(({ required }) => required));
    const listeners = gateway.listeners.map(({ name: own, tls }) => {
      const routes = `gateway-${own}`;
      const chains = () => {
        const filters = httpFilterChain(new Map(), required);
        const chain = httpFilters({ routes, filters, accessLogs, profile: edgeProfile });
        return filterChains(tls === undefined ? ANY_WAY : [{ transport_socket: edgeTls(own) }], chain);
      };
      return listener(routes, this.#placement.listener(gateway.id, own), listenerBody(chains, EDGE_LIMITS));
    });
    const routeFiles = gateway.listeners.map((own) => {
      const hosts = own.hosts.map((host) => {
        const routes = own.redirected.includes(host)
          ? { routes: [this.#toHttps(gateway, host)] }
          : routesOrTree(tables.get(host) ?? []);
        return new Block(() => ({ name: host, domains: [host, `${host}:*`], ...routes }));
      });
      return routeFile(`rds/gateway-${own.name}.json`, `gateway-${own.name}`, hosts);
    });
    const certificates = gateway.listeners
      .filter(({ tls }) => tls !== undefined)
      .map((own) => secretFile(edgeSecret(own.name), certificateSecret(edgeSecret(own.name), edgeSecret(own.name))));
    const files = [
      wholeFile("bootstrap.json", bootstrap(name, name, body)),
      resourceFile("lds.json", [...listeners, this.#metricsListener(name)]),
      resourceFile("cds.json", way.clusters),
      ...routeFiles,
      ...(this.#placement.secrets === "rendered" ? [...certificates, ...IDENTITY_SECRETS] : []),
    ];
    return { name, owner: gateway.id, kind: "gateway", files };
  }

  /** To the https listener that serves the host; its port is named where browsers would not guess it. */
  #toHttps(gateway: GatewayIr, host: string): JsonObject {
    const secure = gateway.listeners.find(
      ({ tls, hosts }) => tls !== undefined && hosts.some((one) => one === host),
    ) as GatewayIr["listeners"][number];
    const { port } = this.#placement.listener(gateway.id, secure.name);
    const redirect = { scheme_redirect: "https", port_redirect: port, response_code: "MOVED_PERMANENTLY" };
    return { name: "to-https", match: { prefix: "/" }, redirect };
  }
}

// --- pieces --------------------------------------------------------------------------------------------------------

const ANY_WAY: readonly JsonObject[] = [{}];

/** The way out for HTTP. */
function outboundHttp({ outboundHttp: known, accessLogs }: ProxyParts, required: readonly HttpFilterId[]): Block {
  const key = required.join(" ");
  let body = known.get(key);
  if (body === undefined) {
    body = listenerBody(() => {
      const filters = httpFilterChain(new Map(), required);
      return filterChains(ANY_WAY, httpFilters({ routes: "outbound", filters, accessLogs, profile: outboundProfile }));
    });
    known.set(key, body);
  }
  return body;
}

const outboundTcp = (cluster: string, accessLogs: readonly JsonObject[]): OutboundTcp => ({
  cluster,
  body: listenerBody(() => filterChains(ANY_WAY, tcpFilters("outbound", cluster, [], accessLogs))),
});

function inboundPort(port: PortIr, own: Fragments, ofProxy: readonly JsonObject[]): InboundPort {
  const name = `inbound-${port.name}`;
  const body = listenerBody(() => {
    const accessLogs = ofProxy.concat(own.inboundLogs(port.name));
    return filterChains(own.inboundChains(port.name), inboundFilters(name, port, own, accessLogs));
  });
  return { port, name, body };
}

/** The filters of an inbound port: access first. */
function inboundFilters(
  name: string,
  port: PortIr,
  own: Fragments,
  accessLogs: readonly JsonObject[],
): readonly JsonObject[] {
  if (!speaksHttp(port)) return tcpFilters(name, inboundName(port.name), own.inboundTcp(port.name), accessLogs);
  const filters = httpFilterChain(own.inboundHttp(port.name), []);
  return httpFilters({ routes: name, hosts: [workloadHost(port)], filters, accessLogs, profile: inboundProfile });
}

/** Whatever passed the filters goes to the workload; how long it may take is the caller's business. */
function workloadHost({ name }: PortIr): JsonObject {
  const cluster = inboundName(name);
  return {
    name: cluster,
    domains: ["*"],
    routes: [{ name: "workload", match: { prefix: "/" }, route: { cluster, timeout: "0s" } }],
  };
}

const secretFile = (name: string, secret: JsonObject): ConfigFile =>
  resourceFile(`sds/${name}.json`, [new Block(() => secret)]);

/** The same in every proxy's folder: what differs is the certificate beside it. */
const IDENTITY_SECRETS: readonly ConfigFile[] = [
  secretFile("identity", certificateSecret("identity", "identity")),
  secretFile("roots", rootsSecret("roots", "certs/ca.crt")),
];

/** `/metrics`, and nothing else of the admin interface. */
const METRICS_BODY: Block = listenerBody(() =>
  filterChains(
    ANY_WAY,
    httpFilters({
      routes: "metrics",
      hosts: [
        {
          name: "metrics",
          domains: ["*"],
          routes: [
            {
              match: { path: "/metrics", headers: [{ name: ":method", string_match: { exact: "GET" } }] },
              route: {
                cluster: ADMIN_CLUSTER,
                regex_rewrite: { pattern: { regex: "^.*$" }, substitution: "/stats/prometheus?usedonly" },
              },
            },
          ],
        },
      ],
      filters: httpFilterChain(new Map(), []),
      accessLogs: [],
      profile: inboundProfile,
    }),
  ),
);
