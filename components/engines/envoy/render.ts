/**
 * The Envoy kit: services, gateways and the fragments of their slices → the files of every proxy.
 * What several proxies share (a callee's routes, clusters, endpoints) is built once and stands in each of their files as a block.
 */
import type {
  EdgeIr,
  ExternalIr,
  GatewayIr,
  MeshIr,
  RouteIr,
  RouteTableIr,
  ServiceId,
  ServiceIr,
} from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { Block, type ConfigFile, resourceFile, routeFile, wholeFile } from "./block.ts";
import { ADMIN_CLUSTER, bootstrap } from "./bootstrap.ts";
import {
  calleeCluster,
  calleeEndpoints,
  edsPath,
  externalCluster,
  externalSecret,
  versionsOf,
  workloadCluster,
} from "./clusters.ts";
import { Fragments, httpFilterChain } from "./fragments.ts";
import {
  EDGE_LIMITS,
  edgeProfile,
  httpFilters,
  inboundProfile,
  listener,
  outboundProfile,
  tcpFilters,
} from "./listeners.ts";
import { clusterName, hostsOf, inboundName, proxyName } from "./names.ts";
import type { HttpFilterId } from "./order.ts";
import type { Placement } from "./placement.ts";
import { type EnvoyRoute, envoyRoute, virtualHost, visibleTo } from "./routes.ts";
import type { EnvoyFragment } from "./slots.ts";
import { certificateSecret, edgeSecret, edgeTls, rootsSecret } from "./tls.ts";

/** What the passes bring: the slices' renderers, by point. The kit knows no slice. */
export interface Slices {
  route(route: RouteIr): readonly EnvoyFragment[];
  service(service: ServiceIr): readonly EnvoyFragment[];
  proxy(owner: ServiceIr | GatewayIr): readonly EnvoyFragment[];
}

/** One Envoy: a sidecar of a workload, or a gateway. */
export interface RenderedProxy {
  readonly name: string;
  readonly owner: ServiceId;
  readonly kind: "sidecar" | "gateway";
  readonly version?: string;
  readonly files: readonly ConfigFile[];
}

/** What callers of a service share. */
interface Callee {
  readonly service: ServiceIr;
  readonly clusters: ReadonlyMap<string, { readonly cluster: Block; readonly endpoints: Block }>;
  /** By port. */
  readonly tables: ReadonlyMap<string, CalleeTable>;
  readonly fragments: Fragments;
}

/** The virtual hosts of a port; callers of one namespace who see the same routes share one. */
interface CalleeTable {
  readonly ir: RouteTableIr;
  readonly routes: ReadonlyMap<RouteIr, EnvoyRoute>;
  readonly sources: ReadonlySet<ServiceId>;
  readonly hosts: Map<string, { readonly block: Block; readonly required: ReadonlySet<HttpFilterId> }>;
}

export class EnvoyRenderer {
  readonly #slices: Slices;
  readonly #placement: Placement;
  readonly #callees = new Map<ServiceId, Callee>();
  readonly #externals = new Map<string, Block>();
  #services: ReadonlyMap<ServiceId, ServiceIr> = new Map();
  #externalIrs: ReadonlyMap<string, ExternalIr> = new Map();

  constructor(slices: Slices, placement: Placement) {
    this.#slices = slices;
    this.#placement = placement;
  }

  /** Every proxy of a mesh, sorted by name within services and gateways. */
  render(mesh: MeshIr): readonly RenderedProxy[] {
    this.#services = new Map(mesh.services.map((service) => [service.id, service]));
    this.#externalIrs = new Map(mesh.externals.map((external) => [external.id, external]));
    this.#callees.clear();
    this.#externals.clear();
    return [
      ...mesh.services.flatMap((service) => this.#sidecars(service)),
      ...mesh.gateways.map((gateway) => this.#gateway(gateway)),
    ];
  }

  /** The proxies that a change of these services concerns: their own, and those of their callers. */
  rerender(changed: readonly ServiceIr[]): readonly RenderedProxy[] {
    const services = this.#services as Map<ServiceId, ServiceIr>;
    const concerned = new Set<ServiceId>();
    for (const service of changed) {
      services.set(service.id, service);
      this.#callees.delete(service.id);
      concerned.add(service.id);
      for (const { from } of service.callers) if (services.has(from)) concerned.add(from);
    }
    return [...concerned].flatMap((id) => this.#sidecars(services.get(id) as ServiceIr));
  }

  // --- sidecars ----------------------------------------------------------------------------------------------------

  #sidecars(service: ServiceIr): readonly RenderedProxy[] {
    const proxy = new Fragments(this.#slices.proxy(service));
    const way = this.#outbound(service.calls, service);
    const inboundRoutes = service.ports
      .filter(speaksHttp)
      .map((port) => routeFile(`rds/inbound-${port.name}.json`, `inbound-${port.name}`, [new Block(toWorkload(port))]));
    return versionsOf(service).map((version) => {
      const name = proxyName(service.id, version);
      const listeners = [
        ...this.#inboundListeners(service, version, proxy),
        ...this.#outboundListeners(name, service.calls, way.required, proxy),
        metricsListener(this.#placement, name),
      ];
      const workloads = service.ports.map(
        (port) =>
          new Block(
            workloadCluster(port, inboundName(port.name), this.#placement.workload(service.id, version, port.name)),
          ),
      );
      const files = [
        wholeFile(
          "bootstrap.json",
          new Block(
            bootstrap({ proxy: name, service: proxyName(service.id), stats: proxy.list("proxy.stats"), edge: false }),
          ),
        ),
        resourceFile(
          "lds.json",
          listeners.map((item) => new Block(item)),
        ),
        resourceFile("cds.json", [...workloads, ...way.clusters]),
        ...(way.speaksHttp ? [routeFile("rds/outbound.json", "outbound", way.hosts)] : []),
        ...inboundRoutes,
        METRICS_ROUTES,
        ...way.endpoints,
        ...way.secrets,
        ...IDENTITY_SECRETS,
      ];
      return {
        name,
        owner: service.id,
        kind: "sidecar" as const,
        ...(version === undefined ? {} : { version }),
        files,
      };
    });
  }

  #inboundListeners(service: ServiceIr, version: string | undefined, proxy: Fragments): JsonObject[] {
    const { fragments } = this.#callee(service.id);
    const accessLogs = proxy.list("proxy.accessLogs");
    return service.ports.map((port) => {
      const name = `inbound-${port.name}`;
      const filters = speaksHttp(port)
        ? httpFilters({
            routes: name,
            filters: httpFilterChain(fragments.inboundHttp(port.name), new Set()),
            accessLogs,
            profile: inboundProfile,
          })
        : tcpFilters(name, inboundName(port.name), fragments.inboundTcp(port.name), accessLogs);
      return listener({
        name,
        address: this.#placement.inbound(service.id, version, port.name),
        chains: fragments.list("inbound.chains"),
        filters,
      });
    });
  }

  #outboundListeners(
    proxy: string,
    calls: readonly EdgeIr[],
    required: ReadonlySet<HttpFilterId>,
    fragments: Fragments,
  ): JsonObject[] {
    const accessLogs = fragments.list("proxy.accessLogs");
    const ports = calls.map((edge) => ({ edge, port: this.#portOf(edge) }));
    const http = ports.some(({ port }) => speaksHttp(port));
    const tcp = ports.filter(({ port }) => !speaksHttp(port));
    return [
      ...(http
        ? [
            listener({
              name: "outbound",
              address: this.#placement.outboundHttp(proxy),
              chains: [{}],
              filters: httpFilters({
                routes: "outbound",
                filters: httpFilterChain(new Map(), required),
                accessLogs,
                profile: outboundProfile,
              }),
            }),
          ]
        : []),
      ...tcp.map(({ edge }) => {
        const cluster = clusterName({ service: edge.to, port: edge.port });
        return listener({
          name: `outbound-${cluster}`,
          address: this.#placement.outboundTcp(proxy, cluster),
          chains: [{}],
          filters: tcpFilters("outbound", cluster, [], accessLogs),
        });
      }),
    ];
  }

  // --- the way out, of a sidecar or a gateway ----------------------------------------------------------------------

  #outbound(calls: readonly EdgeIr[], caller: ServiceIr | undefined) {
    const clusters: Block[] = [];
    const endpoints: ConfigFile[] = [];
    const hosts: Block[] = [];
    const required = new Set<HttpFilterId>();
    const secrets = new Map<string, ConfigFile>();
    let anyHttp = false;
    for (const edge of calls) {
      if (edge.to.startsWith("external/")) {
        const external = this.#externalIrs.get(edge.to) as ExternalIr;
        const port = this.#portOf(edge);
        clusters.push(this.#external(external, port));
        if (external.tls.mode === "verified" && port.protocol !== "tls") {
          const secret = externalSecret(external);
          secrets.set(secret, this.#externalSecret(external, secret));
        }
        if (speaksHttp(port)) hosts.push(externalHost(external, port));
        anyHttp ||= speaksHttp(port);
        continue;
      }
      const callee = this.#callee(edge.to as ServiceId);
      for (const [name, shared] of callee.clusters) {
        if (!isOfPort(name, callee.service, edge.port)) continue;
        clusters.push(shared.cluster);
        endpoints.push({ path: edsPath(name), open: '{"resources":[', blocks: [shared.endpoints], close: "]}" });
      }
      const table = callee.tables.get(edge.port);
      if (table === undefined) continue;
      anyHttp = true;
      if (caller === undefined) continue;
      const host = hostFor(callee.service, table, caller);
      hosts.push(host.block);
      for (const filter of host.required) required.add(filter);
    }
    return { clusters, endpoints, hosts, required, secrets: [...secrets.values()], speaksHttp: anyHttp };
  }

  #portOf({ to, port }: EdgeIr): PortIr {
    const owner = to.startsWith("external/") ? this.#externalIrs.get(to) : this.#services.get(to as ServiceId);
    return owner?.ports.find(({ name }) => name === port) as PortIr;
  }

  #callee(id: ServiceId): Callee {
    let callee = this.#callees.get(id);
    if (callee === undefined) this.#callees.set(id, (callee = this.#newCallee(this.#services.get(id) as ServiceIr)));
    return callee;
  }

  #newCallee(service: ServiceIr): Callee {
    const fragments = new Fragments(this.#slices.service(service));
    const socket = fragments.get("upstream.transportSocket") ?? {};
    const subsets = [undefined, ...service.versions.map(({ name }) => name)];
    const clusters = service.ports.flatMap((port) =>
      subsets.map((version) => {
        const name = clusterName({ service: service.id, port: port.name, version });
        const shared = {
          cluster: new Block(calleeCluster(port, name, socket)),
          endpoints: new Block(calleeEndpoints(service, port, version, this.#placement)),
        };
        return [name, shared] as const;
      }),
    );
    const tables = service.routes.map((ir): readonly [string, CalleeTable] => {
      const routes = new Map(ir.routes.map((route) => [route, envoyRoute(route, (one) => this.#slices.route(one))]));
      const sources = new Set(
        ir.routes.flatMap(({ matching }) => (matching.source === undefined ? [] : [matching.source])),
      );
      return [ir.name, { ir, routes, sources, hosts: new Map() }];
    });
    return { service, clusters: new Map(clusters), tables: new Map(tables), fragments };
  }

  #external(external: ExternalIr, port: PortIr): Block {
    const name = clusterName({ service: external.id, port: port.name });
    let block = this.#externals.get(name);
    if (block === undefined)
      this.#externals.set(name, (block = new Block(externalCluster(external, port, this.#placement))));
    return block;
  }

  #externalSecret(external: ExternalIr, secret: string): ConfigFile {
    const file = secret === "external-roots" ? this.#placement.externalRoots : `certs/external.${external.key}.crt`;
    return secretFile(secret, rootsSecret(secret, file));
  }

  // --- gateways ----------------------------------------------------------------------------------------------------

  #gateway(gateway: GatewayIr): RenderedProxy {
    const name = proxyName(gateway.id);
    const proxy = new Fragments(this.#slices.proxy(gateway));
    const way = this.#outbound(gateway.calls, undefined);
    const tables = new Map(
      gateway.hosts.map((table) => [
        table.name,
        table.routes.map((route) => envoyRoute(route, (one) => this.#slices.route(one))),
      ]),
    );
    const required = new Set([...tables.values()].flatMap((routes) => routes.flatMap((route) => [...route.required])));
    const listeners = gateway.listeners.map(({ name: own, tls }) => {
      const routes = `gateway-${own}`;
      const filters = httpFilters({
        routes,
        filters: httpFilterChain(new Map(), required),
        accessLogs: proxy.list("proxy.accessLogs"),
        profile: edgeProfile,
      });
      const chains = [tls === undefined ? {} : { transport_socket: edgeTls(own) }];
      return listener({
        name: routes,
        address: this.#placement.listener(gateway.id, own),
        chains,
        filters,
        extra: EDGE_LIMITS,
      });
    });
    const routeFiles = gateway.listeners.map((own) => {
      const hosts = own.hosts.map((host) => {
        const domains = [host, `${host}:*`];
        return new Block(
          own.redirected.includes(host)
            ? this.#toHttps(gateway, host, domains)
            : virtualHost(host, domains, tables.get(host) ?? []),
        );
      });
      return routeFile(`rds/gateway-${own.name}.json`, `gateway-${own.name}`, hosts);
    });
    const certificates = gateway.listeners
      .filter(({ tls }) => tls !== undefined)
      .map((own) => secretFile(edgeSecret(own.name), certificateSecret(edgeSecret(own.name), edgeSecret(own.name))));
    const files = [
      wholeFile(
        "bootstrap.json",
        new Block(bootstrap({ proxy: name, service: name, stats: proxy.list("proxy.stats"), edge: true })),
      ),
      resourceFile(
        "lds.json",
        [...listeners, metricsListener(this.#placement, name)].map((item) => new Block(item)),
      ),
      resourceFile("cds.json", way.clusters),
      ...routeFiles,
      METRICS_ROUTES,
      ...way.endpoints,
      ...certificates,
      ...IDENTITY_SECRETS,
    ];
    return { name, owner: gateway.id, kind: "gateway", files };
  }

  /** To the https listener that serves the host; its port is named where browsers would not guess it. */
  #toHttps(gateway: GatewayIr, host: string, domains: readonly string[]): JsonObject {
    const secure = gateway.listeners.find(({ tls, hosts }) => tls !== undefined && hosts.some((one) => one === host));
    const { port } = this.#placement.listener(gateway.id, secure?.name ?? "");
    const redirect = { scheme_redirect: "https", port_redirect: port, response_code: "MOVED_PERMANENTLY" };
    return { name: host, domains, routes: [{ name: "to-https", match: { prefix: "/" }, redirect }] };
  }
}

// --- pieces --------------------------------------------------------------------------------------------------------

const isOfPort = (cluster: string, service: ServiceIr, port: string): boolean => {
  const whole = clusterName({ service: service.id, port });
  return cluster === whole || cluster.startsWith(`${whole}/`);
};

/** The virtual host of a callee's port as this caller sees it; built once for all who see the same. */
function hostFor(service: ServiceIr, table: CalleeTable, caller: ServiceIr) {
  const sameNamespace = caller.namespace === service.namespace;
  const key = `${sameNamespace} ${table.sources.has(caller.id) ? caller.id : ""}`;
  let host = table.hosts.get(key);
  if (host === undefined) {
    const port = service.ports.find(({ name }) => name === table.ir.name) as PortIr;
    const routes = visibleTo(table.ir, caller.id).map((route) => table.routes.get(route) as EnvoyRoute);
    const domains = domainsOf(hostsOf(service.name, service.namespace, sameNamespace), port, service.ports);
    const block = new Block(virtualHost(clusterName({ service: service.id, port: port.name }), domains, routes));
    table.hosts.set(key, (host = { block, required: new Set(routes.flatMap(({ required }) => [...required])) }));
  }
  return host;
}

/** Each name with the port; and without, where it can mean only this port: 80, or the only one that speaks HTTP. */
function domainsOf(hosts: readonly string[], port: PortIr, ports: readonly PortIr[]): readonly string[] {
  const http = ports.filter(speaksHttp);
  const isDefault = port.number === 80 || (http.length === 1 && !http.some(({ number }) => number === 80));
  return hosts.flatMap((host) => (isDefault ? [host, `${host}:${port.number}`] : [`${host}:${port.number}`]));
}

const externalHost = (external: ExternalIr, port: PortIr): Block => {
  const name = clusterName({ service: external.id, port: port.name });
  const routes = [
    {
      name: "external",
      match: { prefix: "/" },
      route: { cluster: name, timeout: "15s", host_rewrite_literal: external.host },
    },
  ];
  return new Block({ name, domains: domainsOf([external.host], port, external.ports), routes });
};

/** Whatever passed the filters goes to the workload; how long it may take is the caller's business. */
const toWorkload = ({ name }: PortIr): JsonObject => ({
  name: inboundName(name),
  domains: ["*"],
  routes: [{ name: "workload", match: { prefix: "/" }, route: { cluster: inboundName(name), timeout: "0s" } }],
});

const secretFile = (name: string, secret: JsonObject): ConfigFile =>
  resourceFile(`sds/${name}.json`, [new Block(secret)]);

/** The same in every proxy's folder: what differs is the certificate beside it. */
const IDENTITY_SECRETS: readonly ConfigFile[] = [
  secretFile("identity", certificateSecret("identity", "identity")),
  secretFile("roots", rootsSecret("roots", "certs/ca.crt")),
];

const metricsListener = (placement: Placement, proxy: string): JsonObject =>
  listener({
    name: "metrics",
    address: placement.metrics(proxy),
    chains: [{}],
    filters: httpFilters({
      routes: "metrics",
      filters: httpFilterChain(new Map(), new Set()),
      accessLogs: [],
      profile: inboundProfile,
    }),
  });

/** `/metrics`, and nothing else of the admin interface. */
const METRICS_ROUTES: ConfigFile = routeFile("rds/metrics.json", "metrics", [
  new Block({
    name: "metrics",
    domains: ["*"],
    routes: [
      {
        name: "metrics",
        match: { path: "/metrics", headers: [{ name: ":method", string_match: { exact: "GET" } }] },
        route: {
          cluster: ADMIN_CLUSTER,
          regex_rewrite: { pattern: { regex: "^.*$" }, substitution: "/stats/prometheus?usedonly" },
        },
      },
    ],
  }),
]);
