/** A request as the simulator takes it: everything resolved, nothing left to guess. */
import type { Message } from "../contract/message.ts";
import type { GatewayId, ServiceId } from "../ir/mesh-ir.ts";
import type { Milliseconds } from "../values/duration.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";

export interface SimulatedRequest {
  readonly from: Asker;
  /** The message as it is sent: nothing normalized. Absent: a TCP connection. */
  readonly message?: Message | undefined;
  /** Whom a TCP connection is for: a key of a service or external, and its port. */
  readonly connection?: { readonly to: string; readonly port: string } | undefined;
  /** The draw for weights and percentages, in [0, 1). Absent: shares stay shares. */
  readonly random?: number | undefined;
  /** Backends that do not answer at once with 200. */
  readonly backends?: readonly Backend[] | undefined;
}

export interface Backend {
  readonly service: ServiceId;
  /** Absent: every port, every version. */
  readonly port?: string | undefined;
  readonly version?: string | undefined;
  /** Of the first try, the second, and so on; the last one holds for all further ones. */
  readonly answers: readonly BackendAnswer[];
}

export type BackendAnswer =
  | {
      readonly kind: "status";
      readonly status: number;
      /** What a gRPC server says beside status 200. */
      readonly grpcStatus?: number | undefined;
      readonly after?: Milliseconds | undefined;
    }
  /** The connection breaks before an answer. */
  | { readonly kind: "reset" };

export type Asker =
  /** A workload, through its proxy. */
  | { readonly kind: "service"; readonly service: ServiceId }
  /** Somebody outside, at a listener of a gateway. */
  | { readonly kind: "outside"; readonly gateway: GatewayId; readonly listener: string }
  /** Somebody who connects straight to the port of a service's proxy. */
  | { readonly kind: "straight"; readonly service: ServiceId; readonly port: string; readonly shows: Shown };

/** What somebody shows who connects straight. */
export type Shown =
  | { readonly kind: "plaintext" }
  /** TLS, no certificate or one of another authority. */
  | { readonly kind: "stranger" }
  | { readonly kind: "identity"; readonly identity: SpiffeId };
