/**
 * Names in Envoy's configuration and statistics. Labels have no slash, so every name can be taken apart again.
 */
import type { ExternalId, GatewayId, ServiceId } from "../../ir/mesh-ir.ts";

/** Where requests of a route go. */
export interface ClusterKey {
  readonly service: ServiceId | ExternalId;
  readonly port: string;
  /** Absent: all versions. */
  readonly version?: string | undefined;
}

/** `shop/reviews/http/v1`, or `external:rates/https`: a colon is in no label. */
export const clusterName = ({ service, port, version }: ClusterKey): string =>
  `${scopedName(service)}/${port}${version === undefined ? "" : `/${version}`}`;

/** The way from a sidecar to its own workload. */
export const inboundName = (port: string): string => `inbound/${port}`;

/** An id without its cluster set, which is the same throughout a mesh. */
export const scopedName = (id: ServiceId | ExternalId | GatewayId): string =>
  id.startsWith("external/") ? `external:${id.slice("external/".length)}` : id.slice(id.indexOf("/") + 1);

/** A proxy's name as a folder's: `shop.reviews.v1`. Labels have no dot either. */
export const fileName = (name: string): string => name.replaceAll("/", ".");

/** A sidecar is its service's, per version; a gateway is itself. */
export const proxyName = (id: ServiceId | GatewayId, version?: string): string =>
  version === undefined ? scopedName(id) : `${scopedName(id)}/${version}`;
