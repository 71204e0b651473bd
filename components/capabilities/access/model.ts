/** Access, as users write it at a service: `access`, a record of rules by name. `calls` alone already decides who may call at all. */
import type {
  HeaderExact,
  HeaderPrefix,
  HeaderPresent,
  HeaderRegex,
  PathExact,
  PathPrefix,
  PathRegex,
} from "../../model/conditions.ts";
import type { CalendarDate } from "../../values/calendar-date.ts";

type PathCondition = PathExact | PathPrefix | PathRegex;
type HeaderCondition = HeaderExact | HeaderPrefix | HeaderRegex | HeaderPresent;

/** What a rule can ask of a request, beside its method. */
export type RuleCondition = PathCondition | HeaderCondition;

/** All callers of a namespace. */
export type CallersIn = { readonly kind: "namespace"; readonly namespace: string };

/** A key of a service or gateway, or all callers of a namespace. */
type Caller = string | CallersIn;

/** @example deny({ from: [callersIn("batch")] }) */
export const callersIn = (namespace: string): CallersIn => ({ kind: "namespace", namespace });

/**
 * What a rule speaks of. Everything given must hold; of a list, one entry is enough, but all `headers` must hold.
 */
export type RuleFields<C extends Caller = Caller, P extends string = string> = {
  /** Keys of services and gateways, or whole namespaces. @default every caller */
  readonly from?: readonly C[] | undefined;
  /** One port of the service. @default all; rules that look into requests concern ports that speak HTTP */
  readonly port?: P | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly paths?: readonly PathCondition[] | undefined;
  readonly headers?: readonly HeaderCondition[] | undefined;
};

/**
 * Narrows what a caller may do: a caller that at least one `allow` speaks of may do just what those rules allow.
 * It never widens: a caller that does not declare the call stays refused.
 */
export type AllowRule<C extends Caller = Caller, P extends string = string> = { readonly kind: "allow" } & RuleFields<
  C,
  P
>;

/** Refuses, before any `allow` is looked at. */
export type DenyRule<C extends Caller = Caller, P extends string = string> = { readonly kind: "deny" } & RuleFields<
  C,
  P
>;

/**
 * @engines envoy `envoy.filters.http.rbac` · istio `AuthorizationPolicy` · linkerd `AuthorizationPolicy` with a route · consul `ServiceIntentions`
 * @source engines.md A, Authorization
 */
export type AccessRule<K extends string = string, P extends string = string> =
  | AllowRule<K | CallersIn, P>
  | DenyRule<K | CallersIn, P>;

/**
 * Names are inferred from the rule alone (`NoInfer`): where it says nothing, nothing is asked of it.
 *
 * @example access: { readOnly: allow({ from: ["web"], methods: ["GET"] }) }
 */
export const allow = <const C extends Caller = never, const P extends string = never>(
  rule: RuleFields<C, P>,
): AllowRule<NoInfer<C>, NoInfer<P>> => ({ kind: "allow", ...rule });

/** @example access: { noAdmin: deny({ paths: [path("/admin").andBelow()] }) } */
export const deny = <const C extends Caller = never, const P extends string = never>(
  rule: RuleFields<C, P>,
): DenyRule<NoInfer<C>, NoInfer<P>> => ({ kind: "deny", ...rule });

/** What holds for all services of a namespace, as users write it for the mesh: `namespaces`, a record by the namespace's name. */
export type NamespaceFields = {
  /**
   * `"audit"` is for a namespace in which others work already: access is decided and counted for every request and connection, and who
   * would be refused is let through. Mutual TLS stays as it is written.
   *
   * @default "enforce"
   * @engines envoy `RBAC.shadow_rules` · istio `istio.io/dry-run` at an `AuthorizationPolicy` · linkerd `Server.accessPolicy`
   * @source engines.md A, Authorization; peers.md T7
   */
  readonly enforcement?: "audit" | "enforce" | undefined;
  /**
   * The last day of an audit. Checks warn 14 days before and fail afterwards, and of an audit without an end they always warn; the output
   * never changes by itself.
   *
   * @unit calendar date
   * @errors MW2285 an audit that ends, or never does · MW2286 an end of no audit
   */
  readonly until?: CalendarDate | undefined;
};
