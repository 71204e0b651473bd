/** The bootstrap of a proxy: the part that only a restart changes. Everything that a mesh changes is in watched files. */
import type { JsonObject } from "../../values/json.ts";
import { Block } from "./block.ts";
import { fileSource, typed } from "./resources.ts";

export const ADMIN_CLUSTER = "admin";
/** A socket in the proxy's own folder: nobody else on the machine or in the pod reaches the admin interface. */
export const ADMIN_SOCKET = "admin.sock";

/** What tells whether a changed file was taken, and whether a cluster or a listener is still in use. */
const UPDATES: JsonObject = {
  safe_regex: {
    regex:
      "(listener_manager\\.lds|cluster_manager\\.cds|http\\..*\\.rds\\..*)\\.(update_rejected|version_text)|cluster\\..*\\.upstream_rq_active|listener\\.[\\d.]+_\\d+\\.downstream_cx_active",
  },
};

const ADMIN: JsonObject = { address: { pipe: { path: ADMIN_SOCKET, mode: 0o600 } } };
const WATCHED: JsonObject = { lds_config: fileSource("lds.json"), cds_config: fileSource("cds.json") };

/** Of one proxy, by the name of what it belongs to; `body` is made by `bootstrapBody`. */
export const bootstrap = (proxy: string, service: string, body: Block): Block =>
  new Block(() => ({ node: { id: proxy, cluster: service } }), body);

/** What the bootstraps of many proxies have in common. `stats`: the patterns of the statistics that are kept. */
export const bootstrapBody = (stats: readonly JsonObject[], edge: boolean): Block =>
  new Block(() => ({
    admin: ADMIN,
    dynamic_resources: WATCHED,
    static_resources: ADMIN_RESOURCES,
    stats_config: statsConfig(stats),
    overload_manager: edge ? EDGE_OVERLOAD : SIDECAR_OVERLOAD,
    layered_runtime: RUNTIME,
  }));

/** Envoy refuses expressions of more than 100 steps, which `[a-z]{1,63}` has already. Ours are bounded where they are read. */
const RUNTIME: JsonObject = {
  layers: [{ name: "regexes", static_layer: { "re2.max_program_size.error_level": 1_000_000 } }],
};

/** Which statistics are kept; what follows an update must be known, too. */
const statsConfig = (patterns: readonly JsonObject[]): JsonObject => ({
  stats_matcher: { inclusion_list: { patterns: [UPDATES, ...patterns] } },
});

/** The metrics listener's way to `/stats/prometheus`, and to nothing else of the admin interface. */
const adminCluster: JsonObject = {
  name: ADMIN_CLUSTER,
  type: "STATIC",
  load_assignment: {
    cluster_name: ADMIN_CLUSTER,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: ADMIN_SOCKET } } } }] }],
  },
};

const ADMIN_RESOURCES: JsonObject = { clusters: [adminCluster] };

const connections = (most: number): JsonObject => ({
  name: "envoy.resource_monitors.global_downstream_max_connections",
  typed_config: typed("envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig", {
    max_active_downstream_connections: most,
  }),
});

const SIDECAR_OVERLOAD: JsonObject = { refresh_interval: "0.25s", resource_monitors: [connections(50_000)] };

/** @source Envoy edge best practices: shrink at 95 % of 2 GiB, stop accepting at 98 % */
const EDGE_OVERLOAD: JsonObject = {
  refresh_interval: "0.25s",
  resource_monitors: [
    connections(50_000),
    {
      name: "envoy.resource_monitors.fixed_heap",
      typed_config: typed("envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig", {
        max_heap_size_bytes: 2_147_483_648,
      }),
    },
  ],
  actions: [
    {
      name: "envoy.overload_actions.shrink_heap",
      triggers: [{ name: "envoy.resource_monitors.fixed_heap", threshold: { value: 0.95 } }],
    },
    {
      name: "envoy.overload_actions.stop_accepting_requests",
      triggers: [{ name: "envoy.resource_monitors.fixed_heap", threshold: { value: 0.98 } }],
    },
  ],
};
