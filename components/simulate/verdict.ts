/** What becomes of a request, as data: the answer of the simulator, and what every engine is compared with. */
import type { HeaderChangesIr } from "../capabilities/header-changes/ir.ts";
import type { RetriesIr } from "../capabilities/retries/ir.ts";
import type { Message } from "../contract/message.ts";
import type { ExternalId, GatewayId, ServiceId } from "../ir/mesh-ir.ts";
import type { Milliseconds } from "../values/duration.ts";
import type { ModelPath } from "../values/model-path.ts";
import type { PartsPerMillion } from "../values/percent.ts";

export interface Verdict {
  /** Where requests enter: the caller's proxy, a listener of a gateway, or the port of a service that is reached past any proxy. */
  readonly proxy: ServiceId | GatewayId | undefined;
  /** The route that decided; absent where none was reached. */
  readonly route?: RouteRef | undefined;
  /** Held back before anything else happens; below 100 % only a share is, drawn for each request. */
  readonly delay?: { readonly length: Milliseconds; readonly share: PartsPerMillion } | undefined;
  /** Answered by the proxy for a share of the requests that is below 100 %; `outcome` is for the others. */
  readonly abort?: { readonly status: number; readonly share: PartsPerMillion } | undefined;
  readonly outcome: Outcome;
}

export interface RouteRef {
  /** The service port or the gateway host whose routes were tried. */
  readonly table: string;
  readonly name: string;
  readonly path: ModelPath;
}

export type Outcome =
  | Forward
  | {
      readonly kind: "redirect";
      readonly status: number;
      readonly location: string;
      readonly response?: ResponseChanges;
    }
  | { readonly kind: "respond"; readonly status: number; readonly body: string; readonly response?: ResponseChanges }
  /** A fault, for every request. */
  | { readonly kind: "abort"; readonly status: number; readonly response?: ResponseChanges }
  | Denied
  | NoRoute
  /** The proxy refuses the message itself. */
  | { readonly kind: "bad-request"; readonly status: 400; readonly reason: string }
  /** No connection: a handshake that fails, a port that nobody serves. */
  | { readonly kind: "no-connection"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** The proxy answers 404. */
export interface NoRoute {
  readonly kind: "no-route";
  readonly status: 404;
  readonly reason: "host" | "path";
}

export interface Forward {
  readonly kind: "forward";
  /** Their intervals cover [0, 1) of the draw, in this order, without gap or overlap. */
  readonly destinations: readonly Destination[];
  readonly plan: Plan;
  readonly response?: ResponseChanges | undefined;
}

export interface Destination {
  readonly service: ServiceId | ExternalId;
  readonly port: string;
  /** Absent: every version alike. */
  readonly version?: string | undefined;
  /** The part of the draw that leads here: `from` included, `to` not, both in units of `of`. */
  readonly interval: { readonly from: number; readonly to: number; readonly of: number };
  readonly arrival: Arrival;
  /** What the caller gets in the end, where the request says how this backend behaves. */
  readonly answer?: { readonly status: number; readonly tries: number } | undefined;
}

/** What the destination's own proxy says. */
export type Arrival =
  /** The message as the workload gets it, without the headers that belong to proxies. Absent on ports that do not speak HTTP. */
  | { readonly kind: "delivered"; readonly by: Admission; readonly message?: Message | undefined }
  | Denied
  | NoRoute
  | { readonly kind: "bad-request"; readonly status: 400; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Why it was let in: a rule; the call that the caller declares, where no rule narrows it; plaintext; nobody asks outside; or access
 * would refuse it, by the rule that denies or because nothing allows, and the namespace is only audited.
 */
export type Admission =
  | { readonly kind: "rule"; readonly rule: string; readonly path: ModelPath }
  | { readonly kind: "call" | "plaintext" | "outside" }
  | { readonly kind: "audit"; readonly rule?: string | undefined; readonly path?: ModelPath | undefined };

/** Access refuses: 403 on ports that speak HTTP; on others the connection ends. */
export interface Denied {
  readonly kind: "denied";
  readonly status: 403 | "closed";
  readonly service: ServiceId;
  /** The rule that denies; absent where nothing allows. */
  readonly rule?: string | undefined;
  readonly path?: ModelPath | undefined;
  /** What was refused, as the callee saw it. */
  readonly message?: Message | undefined;
}

/** How long the caller's proxy waits, and how often it tries. */
export interface Plan {
  /** `null`: as long as it takes. */
  readonly timeout: Milliseconds | null;
  readonly perTry?: Milliseconds | undefined;
  /** Absent: one try. `methods` has been asked already: a method that is not repeated has no retries. */
  readonly retries?: Omit<RetriesIr, "methods"> | undefined;
}

export type ResponseChanges = HeaderChangesIr["response"];
