/** Clusters: where requests go. One per port and version of a callee, one per port of an external service. */
import type { ExternalIr, ServiceIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp, speaksHttp2 } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { clusterName } from "./names.ts";
import { type Address, addressOf } from "./placement.ts";
import { typed, typeUrl } from "./resources.ts";
import { externalTls } from "./tls.ts";

/** Envoy's default is 5 s, long enough for a caller to give up first. */
const CONNECT_TIMEOUT = "1s";

/**
 * No limits that nobody wrote: by default Envoy gives up above 1,024 connections or requests to a cluster, and makes just 3 retries
 * at a time, so that under load a route's retries would vanish without a word. Istio writes the same figures.
 *
 * @source CircuitBreakers v3 (Envoy 1.40); istio pilot/pkg/networking/core, default connection pool
 */
const UNLIMITED: JsonObject = {
  thresholds: [
    {
      max_connections: 0xffffffff,
      max_pending_requests: 0xffffffff,
      max_requests: 0xffffffff,
      max_retries: 0xffffffff,
    },
  ],
};

const CLUSTER = typeUrl("envoy.config.cluster.v3.Cluster");

const protocolOptions = (options: JsonObject): JsonObject => ({
  typed_extension_protocol_options: {
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
      options,
    ),
  },
});

const HTTP2: JsonObject = protocolOptions({ explicit_http_config: { http2_protocol_options: {} } });

/**
 * A callee's port. Between sidecars it is always HTTP/2: both ends are ours, and one connection carries all requests.
 * Endpoints stand here and not in a file of their own (EDS): Envoy keeps one inotify instance for each file that it follows,
 * and a user of Linux has 128 of them by default, shared by every proxy of a machine or node (docs/decisions/0005).
 */
export function calleeCluster(
  service: ServiceIr,
  port: PortIr,
  version: string | undefined,
  addresses: readonly Address[],
  transportSocket: JsonObject,
): JsonObject {
  const name = clusterName({ service: service.id, port: port.name, version });
  return {
    "@type": CLUSTER,
    name,
    type: "STATIC",
    connect_timeout: CONNECT_TIMEOUT,
    circuit_breakers: UNLIMITED,
    load_assignment: { cluster_name: name, endpoints: endpointsOf(addresses) },
    transport_socket: transportSocket,
    ...(speaksHttp(port) ? HTTP2 : {}),
  };
}

const endpointsOf = (addresses: readonly Address[]): readonly JsonObject[] => [
  { lb_endpoints: addresses.map((address) => ({ endpoint: { address: addressOf(address) } })) },
];

/** A service without versions has one workload. */
export const versionsOf = ({ versions }: ServiceIr): readonly (string | undefined)[] =>
  versions.length === 0 ? [undefined] : versions.map(({ name }) => name);

/** The way from a sidecar to its own workload, in the workload's own protocol. */
export const workloadCluster = (port: PortIr, name: string, address: Address): JsonObject => ({
  "@type": CLUSTER,
  name,
  type: "STATIC",
  connect_timeout: CONNECT_TIMEOUT,
  circuit_breakers: UNLIMITED,
  load_assignment: { cluster_name: name, endpoints: endpointsOf([address]) },
  ...(speaksHttp2(port) ? HTTP2 : {}),
});

/** A port of an external service: verified TLS, unless it is plaintext or the application speaks TLS itself. */
export function externalCluster(external: ExternalIr, port: PortIr, address: Address): JsonObject {
  const name = clusterName({ service: external.id, port: port.name });
  const originates = external.tls.mode === "verified" && port.protocol !== "tls";
  return {
    "@type": CLUSTER,
    name,
    type: "STRICT_DNS",
    connect_timeout: CONNECT_TIMEOUT,
    circuit_breakers: UNLIMITED,
    load_assignment: { cluster_name: name, endpoints: endpointsOf([address]) },
    ...(originates
      ? { transport_socket: externalTls(external.host, externalSecret(external), speaksHttp2(port)) }
      : {}),
    ...(speaksHttp2(port) ? HTTP2 : {}),
  };
}

/** The roots that verify an external service: the system's, shared, or its own. */
export const externalSecret = ({ key, tls }: ExternalIr): string =>
  tls.mode === "verified" && tls.roots !== "system" ? `external-roots.${key}` : "external-roots";
