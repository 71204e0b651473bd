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
  /**
   * Who writes the SDS files of a proxy's identity and roots: `rendered` ones name files beside them, which Envoy then follows,
   * too; an `issuer` that writes certificates into the SDS files themselves saves that.
   */
  readonly secrets: "rendered" | "issuer";
}

export const addressOf = (address: Address): JsonObject =>
  "pipe" in address
    ? { pipe: { path: address.pipe } }
    : { socket_address: { address: address.host, port_value: address.port } };

export const addressText = (address: Address): string =>
  "pipe" in address ? address.pipe : `${address.host}:${address.port}`;

/** A placement on one machine: every purpose gets its address from `at`; workloads listen in their proxy's folder. */
export const placementOf = (at: (purpose: string) => SocketAddress, secrets: Placement["secrets"]): Placement => ({
  secrets,
  inbound: (service, version, port) => at(`inbound ${service} ${version ?? ""} ${port}`),
  workload: (_service, _version, port) => ({ pipe: workloadSocket(port) }),
  outboundHttp: (proxy) => at(`outbound ${proxy}`),
  outboundTcp: (proxy, cluster) => at(`outbound ${proxy} ${cluster}`),
  listener: (gateway, listener) => at(`listener ${gateway} ${listener}`),
  metrics: (proxy) => at(`metrics ${proxy}`),
  external: (external, port) => at(`external ${external} ${port}`),
});

/** A socket that only the proxy beside the workload uses. */
export const workloadSocket = (port: string): string => `workload.${port}.sock`;

const FIRST = 20_000;
const COUNT = 40_000;
/** Of one loopback address; a mesh that needs more goes on at the next, 127.0.0.2, before free ports become hard to find. */
const MOST_PER_HOST = COUNT / 2;

/**
 * Loopback ports that depend only on what they are for, so that a new service moves nobody else's: a hash, and the next free
 * one where two fall together. For files that somebody reads, compares or starts by hand.
 */
export function stablePlacement(): Placement {
  const assigned = new Map<string, SocketAddress>();
  let host = 1;
  let taken = new Uint8Array(COUNT);
  let left = MOST_PER_HOST;
  return placementOf((purpose) => {
    const known = assigned.get(purpose);
    if (known !== undefined) return known;
    if (left === 0) {
      host++;
      taken = new Uint8Array(COUNT);
      left = MOST_PER_HOST;
    }
    let place = hash(purpose) % COUNT;
    while (taken[place] === 1) place = (place + 1) % COUNT;
    taken[place] = 1;
    left--;
    const address = { host: `127.0.0.${host}`, port: FIRST + place };
    assigned.set(purpose, address);
    return address;
  }, "rendered");
}

/** FNV-1a, 32 bits: spreads ports, guards nothing. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
