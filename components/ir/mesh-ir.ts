/**
 * The IR: one truth about a mesh, engine-neutral, resolved, frozen, JSON. References are ids, defaults are applied.
 * The simulator interprets it and every engine renders it. Lists are sorted by id or, where order decides, in deciding order.
 */
import type { ExternalTlsIr } from "../capabilities/external-services/ir.ts";
import type { ListenerIr } from "../capabilities/gateways/ir.ts";
import type { TimeoutsIr } from "../capabilities/timeouts/ir.ts";
import type { Target } from "../engines/releases.ts";
import type { Host } from "../values/host.ts";
import type { ModelPath } from "../values/model-path.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";
import type { PortIr, VersionIr } from "./port.ts";
import type { ProxySlots, RouteSlots, ServiceSlots } from "./slots.ts";

/** `<cluster set>/<namespace>/<name>`; the cluster set has one value today. */
export type ServiceId = `${string}/${string}/${string}`;
/** `external/<key>`: it lives in no namespace. */
export type ExternalId = `external/${string}`;
export type GatewayId = `${string}/${string}/${string}`;

export interface MeshIr {
  readonly schema: 1;
  readonly name: string;
  /** The environment whose parameters were used. */
  readonly environment: string;
  /** Who owns what no single owner does: a namespace of several. */
  readonly owner?: string;
  readonly trustDomain: string;
  readonly targets: readonly Target[];
  readonly services: readonly ServiceIr[];
  readonly externals: readonly ExternalIr[];
  readonly gateways: readonly GatewayIr[];
}

export interface ServiceIr extends ServiceSlots, ProxySlots {
  readonly id: ServiceId;
  /** The key in the model; unlike the id it has no namespace. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string;
  readonly serviceAccount: string;
  readonly identity: SpiffeId;
  /** The identity before: only on the way of a running mesh to another one, while callers accept both. No mesh says it. */
  readonly formerly?: SpiffeId;
  readonly ports: readonly PortIr[];
  /** Empty where the service has no versions. */
  readonly versions: readonly VersionIr[];
  readonly calls: readonly EdgeIr[];
  /** Who may call, by port; what `calls` says, seen from the callee. */
  readonly callers: readonly CallerIr[];
  /** One table for each port that speaks HTTP. */
  readonly routes: readonly RouteTableIr[];
  readonly path: ModelPath;
}

/** A dependency: the caller's proxy knows this port, and the callee admits the caller there. */
export type EdgeIr = {
  readonly to: ServiceId | ExternalId;
  readonly port: string;
} & (
  | {
      /** The entry of the caller's `calls` that made it: its place there. */
      readonly call: number;
      readonly route?: never;
    }
  | {
      readonly call?: never;
      /** The route that made it: a gateway's own, or one that sends a callee's traffic on. */
      readonly route: ModelPath;
    }
);

export interface CallerIr {
  readonly from: ServiceId | GatewayId;
  readonly key: string;
  readonly namespace: string;
  readonly identity: SpiffeId;
  readonly port: string;
}

/** The routes of one service port or of one host of a gateway, in the order in which they are tried. */
export interface RouteTableIr {
  /** The port of a service, or the host of a gateway. */
  readonly name: string;
  readonly routes: readonly RouteIr[];
}

export interface RouteIr extends RouteSlots {
  readonly name: string;
  readonly path: ModelPath;
}

export interface ExternalIr {
  readonly id: ExternalId;
  readonly key: string;
  readonly host: Host;
  readonly ports: readonly PortIr[];
  readonly tls: ExternalTlsIr;
  /** How long callers wait: routes are for services, so this is the default of routes. */
  readonly timeouts: TimeoutsIr;
  readonly path: ModelPath;
}

export interface GatewayIr extends ProxySlots {
  readonly id: GatewayId;
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string;
  readonly serviceAccount: string;
  readonly identity: SpiffeId;
  readonly listeners: readonly ListenerIr[];
  readonly hosts: readonly RouteTableIr[];
  readonly calls: readonly EdgeIr[];
  readonly path: ModelPath;
}
