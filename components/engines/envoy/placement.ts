/**
 * Where proxies and workloads are: the one thing about a configuration that the mesh does not say. Pure data for the renderer;
 * a local run fills in free ports, `mesh render` stable ones.
 */
import type { ExternalId, GatewayId, ServiceId } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";

export type Address = { readonly host: string; readonly port: number } | { readonly pipe: string };
export type SocketAddress = Extract<Address, { readonly port: number }>;

export interface Placement {
  /** Where the sidecar of a workload takes calls for a port. */
  inbound(service: ServiceId, version: string | undefined, port: string): SocketAddress;
  /** Where the workload itself listens. */
  workload(service: ServiceId, version: string | undefined, port: string): Address;
  /** Where a proxy takes its workload's HTTP calls, chosen by authority. */
  outboundHttp(proxy: string): SocketAddress;
  /** Where a proxy takes its workload's calls of one port that does not speak HTTP. */
  outboundTcp(proxy: string, cluster: string): SocketAddress;
  /** Where a gateway listens. */
  listener(gateway: GatewayId, listener: string): SocketAddress;
  /** Where a proxy shows its metrics. */
  metrics(proxy: string): SocketAddress;
  /** Where a server outside is; a name is looked up by the proxy. */
  external(external: ExternalId, port: string): SocketAddress;
  /** The file of the roots for servers outside. */
  readonly externalRoots: string;
}

export const addressOf = (address: Address): JsonObject =>
  "pipe" in address
    ? { pipe: { path: address.pipe } }
    : { socket_address: { address: address.host, port_value: address.port } };

const FIRST = 20_000;
const COUNT = 40_000;

/**
 * Loopback ports that depend only on what they are for, so that a new service moves nobody else's: a hash, and the next free
 * one where two fall together. For files that somebody reads, compares or starts by hand.
 */
export function stablePlacement(): Placement {
  const taken = new Map<number, string>();
  const assigned = new Map<string, number>();
  const at = (purpose: string): SocketAddress => {
    let port = assigned.get(purpose);
    if (port === undefined) {
      port = FIRST + (hash(purpose) % COUNT);
      while (taken.has(port)) port = port + 1 < FIRST + COUNT ? port + 1 : FIRST;
      taken.set(port, purpose);
      assigned.set(purpose, port);
    }
    return { host: "127.0.0.1", port };
  };
  return {
    inbound: (service, version, port) => at(`inbound ${service} ${version ?? ""} ${port}`),
    workload: (_service, _version, port) => ({ pipe: `workload.${port}.sock` }),
    outboundHttp: (proxy) => at(`outbound ${proxy}`),
    outboundTcp: (proxy, cluster) => at(`outbound ${proxy} ${cluster}`),
    listener: (gateway, listener) => at(`listener ${gateway} ${listener}`),
    metrics: (proxy) => at(`metrics ${proxy}`),
    external: (external, port) => at(`external ${external} ${port}`),
    externalRoots: "certs/external-ca.crt",
  };
}

/** FNV-1a, 32 bits: spreads ports, guards nothing. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
