/**
 * The places in Istio's objects that slices fill. A slot of `set` is filled once, a slot of `add` is a list or a record keyed by id
 * whose order belongs to the kit. Slices return fragments, never whole objects: names, selectors and scopes are the kit's.
 */
import type { DestinationIr } from "../../capabilities/traffic-split/ir.ts";
import type { ServiceId } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { SlotFragment } from "../slots.ts";

/** Filled at most once; two slices that fill the same one are our own bug. */
export interface SetSlots {
  /** `HTTPMatchRequest.uri`: one of these must match. */
  readonly "match.uri": readonly JsonObject[];
  /** `HTTPMatchRequest.method`: one of these. */
  readonly "match.method": readonly string[];
  readonly "match.authority": JsonObject;
  /** The caller; the kit knows the labels of its workloads. */
  readonly "match.source": ServiceId;
  /** `HTTPRoute.route`; the kit knows hosts, subsets and port numbers. */
  readonly "route.destinations": readonly DestinationIr[];
  /** `HTTPRoute.redirect`: one for all requests, or one for each entry of `match.uri`. */
  readonly "route.redirect": readonly JsonObject[];
  readonly "route.directResponse": JsonObject;
  readonly "route.timeout": string;
  readonly "route.retries": Retries;
  /** `HTTPRewrite.uriRegexRewrite`. */
  readonly "route.pathRewrite": JsonObject;
  /** `HTTPRewrite.authority`. */
  readonly "route.hostRewrite": string;
  readonly "route.fault": JsonObject;
  readonly "route.headers": JsonObject;
  /** How callers of a service speak to it: `DestinationRule.trafficPolicy.tls`. */
  readonly "destination.tls": JsonObject;
  /** `PeerAuthentication.mtls`. */
  readonly "peer.mtls": JsonObject;
  /** Annotations of the AuthorizationPolicies. */
  readonly "access.annotations": Readonly<Record<string, string>>;
  /** `Telemetry.accessLogging`. */
  readonly "telemetry.accessLogging": JsonObject;
}

export interface AddSlots {
  /** `HTTPMatchRequest.headers`, by header. */
  readonly "match.headers": JsonObject;
  readonly "match.withoutHeaders": JsonObject;
  readonly "match.queryParams": JsonObject;
  /** Rules of the AuthorizationPolicy that denies. */
  readonly "access.deny": JsonObject;
  /** Rules of the one that allows, which is always there. */
  readonly "access.allow": JsonObject;
  /** `Telemetry.metrics[].overrides`. */
  readonly "telemetry.metricOverrides": JsonObject;
}

/** `HTTPRetry`, and the methods that may be repeated: Istio has no such field, so the kit makes two routes. */
export type Retries =
  | { readonly policy: JsonObject; readonly repeated?: undefined }
  | {
      readonly policy: JsonObject;
      /** Absent: every method. */
      readonly repeated?: readonly string[] | undefined;
      /** The policy of the others. */
      readonly once: JsonObject;
    };

export type IstioFragment = SlotFragment<SetSlots, AddSlots>;
