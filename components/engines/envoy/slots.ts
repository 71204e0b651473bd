/**
 * The places in Envoy's configuration that slices fill. A slot of `set` is filled once, a slot of `add` is a list keyed by id
 * whose order belongs to the kit (order.ts). Slices return fragments and never see a shared object.
 */
import type { JsonObject } from "../../values/json.ts";
import type { SlotFragment } from "../slots.ts";
import type { HttpFilterId } from "./order.ts";

/** Filled at most once; two slices that fill the same one are our own bug. */
export interface SetSlots {
  /** The path part of `RouteMatch`. */
  readonly "route.path": JsonObject;
  /** `cluster` or `weighted_clusters` of `RouteAction`. */
  readonly "route.forward": JsonObject;
  readonly "route.redirect": JsonObject;
  readonly "route.directResponse": JsonObject;
  readonly "route.timeout": string;
  readonly "route.retryPolicy": JsonObject;
  /** `prefix_rewrite` or `regex_rewrite` of `RouteAction`. */
  readonly "route.pathRewrite": JsonObject;
  readonly "route.hostRewrite": JsonObject;
  /** How callers of a service speak to it: the transport socket of their clusters. */
  readonly "upstream.transportSocket": JsonObject;
}

export interface AddSlots {
  readonly "route.headerMatchers": JsonObject;
  readonly "route.queryMatchers": JsonObject;
  readonly "route.cookieMatchers": JsonObject;
  readonly "route.requestHeadersToAdd": JsonObject;
  readonly "route.requestHeadersToRemove": string;
  readonly "route.responseHeadersToAdd": JsonObject;
  readonly "route.responseHeadersToRemove": string;
  /** Access logs of every listener of a proxy. */
  readonly "proxy.accessLogs": JsonObject;
  /** Prefixes and patterns of statistics that a proxy keeps. */
  readonly "proxy.stats": JsonObject;
}

export type EnvoyFragment =
  | SlotFragment<SetSlots, AddSlots>
  /** The listener needs this filter; without it a per-route configuration would silently do nothing. */
  | { readonly op: "require"; readonly filter: HttpFilterId }
  /** A filter's configuration for one route. */
  | { readonly op: "route-filter"; readonly filter: HttpFilterId; readonly config: JsonObject }
  /** A way into a port of a service: `filter_chain_match` and `transport_socket`. */
  | { readonly op: "inbound-chain"; readonly port: string; readonly id: string; readonly config: JsonObject }
  /** An access log of an inbound port, beside those of the whole proxy. */
  | { readonly op: "inbound-log"; readonly port: string; readonly id: string; readonly config: JsonObject }
  /** A filter of a service's inbound listeners: of all its HTTP ports, or of one TCP port. */
  | { readonly op: "inbound-http"; readonly port: string; readonly filter: HttpFilterId; readonly config: JsonObject }
  | { readonly op: "inbound-tcp"; readonly port: string; readonly id: string; readonly config: JsonObject };
