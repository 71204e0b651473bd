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

/** All callers of a namespace. */
export type CallersIn = { readonly kind: "namespace"; readonly namespace: string };

/** @example deny({ from: [callersIn("batch")] }) */
export const callersIn = (namespace: string): CallersIn => ({ kind: "namespace", namespace });

/**
 * What a rule speaks of. Everything given must hold; of a list, one entry is enough, but all `headers` must hold.
 */
export type RuleFields<K extends string = string> = {
  /** Keys of services, or whole namespaces. @default every caller */
  readonly from?: readonly (K | CallersIn)[] | undefined;
  /** One port of the service. @default all; rules that look into requests concern ports that speak HTTP */
  readonly port?: string | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly paths?: readonly (PathExact | PathPrefix | PathRegex)[] | undefined;
  readonly headers?: readonly (HeaderExact | HeaderPrefix | HeaderRegex | HeaderPresent)[] | undefined;
};

/**
 * Narrows what a caller may do: a caller that at least one `allow` speaks of may do just what those rules allow.
 * It never widens: a caller that does not declare the call stays refused.
 */
export type AllowRule<K extends string = string> = { readonly kind: "allow" } & RuleFields<K>;

/** Refuses, before any `allow` is looked at. */
export type DenyRule<K extends string = string> = { readonly kind: "deny" } & RuleFields<K>;

/**
 * @engines envoy `envoy.filters.http.rbac` · istio `AuthorizationPolicy` · linkerd `AuthorizationPolicy` with a route · consul `ServiceIntentions`
 * @source engines.md A, Authorization
 */
export type AccessRule<K extends string = string> = AllowRule<K> | DenyRule<K>;

/** @example access: { readOnly: allow({ from: ["web"], methods: ["GET"] }) } */
export const allow = <const K extends string = never>(rule: RuleFields<K>): AllowRule<K> => ({
  kind: "allow",
  ...rule,
});

/** @example access: { noAdmin: deny({ paths: [path("/admin").andBelow()] }) } */
export const deny = <const K extends string = never>(rule: RuleFields<K>): DenyRule<K> => ({ kind: "deny", ...rule });
