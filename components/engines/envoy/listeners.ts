/**
 * Listeners and their HTTP connection managers: a service's way in, a proxy's way out, a gateway's door.
 * Everywhere: paths are normalized before anything looks at them, headers that steer proxies are taken only from proxies.
 */
import type { Json, JsonObject } from "../../values/json.ts";
import { Block } from "./block.ts";
import { addressOf, type SocketAddress } from "./placement.ts";
import { fileSource, typed, typeUrl } from "./resources.ts";

const LISTENER = typeUrl("envoy.config.listener.v3.Listener");
const HCM = typeUrl("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager");

export interface HttpOptions {
  /** The route configuration, and its file's name. */
  readonly routes: string;
  /**
   * Routes that no change of the mesh touches stand in the listener: a file for them would be one more that Envoy follows.
   * Whatever changes is in a file, since a listener that is refused is stuck (engines.md C2).
   */
  readonly hosts?: readonly JsonObject[] | undefined;
  readonly filters: readonly JsonObject[];
  readonly accessLogs: readonly JsonObject[];
  /** What differs between the sides: the profile. */
  readonly profile: JsonObject;
}

/**
 * No address is "internal": Envoy takes `x-envoy-*` headers, which override timeouts and retries, from internal clients,
 * and by default every private address is one (CVE-2024-45806).
 */
const NOBODY_INTERNAL: JsonObject = {
  unix_sockets: false,
  cidr_ranges: [{ address_prefix: "255.255.255.255", prefix_len: 32 }],
};

/** @source reliability.md 3a: CVE-2021-31920, CVE-2021-39156; Envoy best practices, path normalization */
const NORMALIZED: JsonObject = {
  normalize_path: true,
  merge_slashes: true,
  internal_address_config: NOBODY_INTERNAL,
  strip_trailing_host_dot: true,
};

/** What a service takes from its callers: their certificate's identity replaces whatever they claim. */
export const inboundProfile: JsonObject = {
  ...NORMALIZED,
  path_with_escaped_slashes_action: "UNESCAPE_AND_FORWARD",
  forward_client_cert_details: "SANITIZE_SET",
  set_current_client_cert_details: { uri: true },
  server_header_transformation: "PASS_THROUGH",
  skip_xff_append: true,
};

/** What a proxy takes from its own workload. */
export const outboundProfile: JsonObject = {
  ...NORMALIZED,
  path_with_escaped_slashes_action: "UNESCAPE_AND_FORWARD",
  forward_client_cert_details: "SANITIZE",
  server_header_transformation: "PASS_THROUGH",
  skip_xff_append: true,
};

/** What a gateway takes from anybody. @source Envoy edge best practices (reliability.md 2) */
export const edgeProfile: JsonObject = {
  ...NORMALIZED,
  use_remote_address: true,
  path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT",
  forward_client_cert_details: "SANITIZE",
  common_http_protocol_options: { idle_timeout: "3600s", headers_with_underscores_action: "REJECT_REQUEST" },
  http2_protocol_options: {
    max_concurrent_streams: 100,
    initial_stream_window_size: 65_536,
    initial_connection_window_size: 1_048_576,
  },
  stream_idle_timeout: "300s",
  request_timeout: "300s",
  server_name: "meshwright",
};

const httpManager = ({ routes, hosts, filters, accessLogs, profile }: HttpOptions): JsonObject => ({
  name: "envoy.filters.network.http_connection_manager",
  typed_config: {
    "@type": HCM,
    stat_prefix: routes,
    ...(hosts === undefined
      ? { rds: { route_config_name: routes, config_source: fileSource(`rds/${routes}.json`) } }
      : { route_config: { name: routes, validate_clusters: false, virtual_hosts: hosts } }),
    ...profile,
    ...(accessLogs.length === 0 ? {} : { access_log: accessLogs }),
    http_filters: filters,
  },
});

/** A chain of filters that ends in HTTP. */
export const httpFilters = (options: HttpOptions): readonly JsonObject[] => [httpManager(options)];

/** A chain of filters that ends in TCP. */
export const tcpFilters = (
  name: string,
  cluster: string,
  before: readonly JsonObject[],
  accessLogs: readonly JsonObject[],
): readonly JsonObject[] => [
  ...before,
  {
    name: "envoy.filters.network.tcp_proxy",
    typed_config: typed("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", {
      stat_prefix: name,
      cluster,
      ...(accessLogs.length === 0 ? {} : { access_log: accessLogs }),
    }),
  },
];

/** The filters behind each way in (`filter_chain_match` and `transport_socket`); `[{}]` is one way that anybody may take. */
export const filterChains = (ways: readonly JsonObject[], filters: readonly JsonObject[]): readonly JsonObject[] =>
  ways.map((way) => ({ ...way, filters }));

/** A listener with what is behind it (`listenerBody`). */
export const listener = (name: string, address: SocketAddress, body: Block): Block =>
  new Block(() => ({ "@type": LISTENER, name, address: addressOf(address) }), body);

/** What the listeners of many proxies have in common: all but name and address. */
export const listenerBody = (makeChains: () => readonly JsonObject[], extra: JsonObject = {}): Block =>
  new Block(() => {
    const chains = makeChains();
    return {
      ...(chains.some((chain) => "filter_chain_match" in chain) && { listener_filters: [TLS_INSPECTOR] }),
      filter_chains: chains,
      ...extra,
    };
  });

/** Tells TLS from plaintext where both are accepted. */
const TLS_INSPECTOR: Json = {
  name: "envoy.filters.listener.tls_inspector",
  typed_config: typed("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"),
};

/** Limits of a listener that anybody can reach. */
export const EDGE_LIMITS: JsonObject = { per_connection_buffer_limit_bytes: 32_768 };
