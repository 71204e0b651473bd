/**
 * Access on Envoy: two RBAC filters (v3), first DENY, then ALLOW, on HTTP ports; the network RBAC filter on others.
 * The ALLOW filter is always there: without it everybody with a certificate of the mesh could call.
 */
import { LINE, stdoutLog } from "../../engines/envoy/access-log.ts";
import { inboundHttp, inboundLog, inboundTcp, matcher, regexMatcher, typed } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { PathMatch } from "../../ir/match.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import { speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { remembered } from "../../values/remembered.ts";
import type { SpiffeId } from "../../values/spiffe-id.ts";
import type { AccessIr, Enforcement, PolicyIr, PortAccessIr } from "./ir.ts";

export function renderAccess({ enforcement, ports }: AccessIr, service: ServiceIr): readonly EnvoyFragment[] {
  const http = new Set(service.ports.filter(speaksHttp).map(({ name }) => name));
  return ports.flatMap((access) => {
    const isHttp = http.has(access.port);
    const filters = isHttp ? renderHttp(access, enforcement, service) : renderTcp(access, enforcement, service);
    return enforcement === "enforce" ? filters : [...filters, auditLog(access.port, isHttp ? "http" : "network")];
  });
}

function renderHttp(
  { port, deny, allow }: PortAccessIr,
  enforcement: Enforcement,
  service: ServiceIr,
): readonly EnvoyFragment[] {
  return [
    ...(deny.length === 0 ? [] : [inboundHttp(port, "rbac-deny", decided(DENY, rules("DENY", deny), enforcement))]),
    inboundHttp(port, "rbac-allow", decided(ALLOW, allowRules(allow, service), enforcement)),
  ];
}

function renderTcp(
  { port, deny, allow }: PortAccessIr,
  enforcement: Enforcement,
  service: ServiceIr,
): readonly EnvoyFragment[] {
  const filter = (name: string, message: JsonObject) =>
    inboundTcp(
      port,
      name,
      typed("envoy.extensions.filters.network.rbac.v3.RBAC", {
        stat_prefix: name,
        ...decided(name, message, enforcement),
      }),
    );
  return [...(deny.length === 0 ? [] : [filter(DENY, rules("DENY", deny))]), filter(ALLOW, allowRules(allow, service))];
}

// --- audit ---------------------------------------------------------------------------------------------------------

/** The two filters by the names that their statistics and their metadata begin with. */
const DENY = "deny";
const ALLOW = "allow";

/** Shadow rules are decided and counted, and let everybody pass. The prefix keeps the two filters apart. */
const decided = (filter: string, message: JsonObject, enforcement: Enforcement): JsonObject =>
  enforcement === "enforce" ? { rules: message } : { shadow_rules: message, shadow_rules_stat_prefix: `${filter}.` };

/** A line for each request or connection that would be refused: a counter knows no callers. `rule` is what denies, if any does. */
function auditLog(port: string, layer: "http" | "network"): EnvoyFragment {
  const metadata = `envoy.filters.${layer}.rbac`;
  const refusedBy = (filter: string): JsonObject => ({
    metadata_filter: {
      matcher: {
        filter: metadata,
        path: [{ key: `${filter}.shadow_engine_result` }],
        value: { string_match: { exact: "denied" } },
      },
      match_if_key_not_found: false,
    },
  });
  const line = {
    ...LINE,
    audit: "refused",
    rule: `%DYNAMIC_METADATA(${metadata}:${DENY}.shadow_effective_policy_id)%`,
  };
  return inboundLog(port, "audit", stdoutLog(line, { or_filter: { filters: [DENY, ALLOW].map(refusedBy) } }));
}

// --- rules ---------------------------------------------------------------------------------------------------------

/** No rule has a dot in its name. */
const PLAINTEXT = "permissive.plaintext";

/** Where plaintext is accepted, callers without a certificate are, too: that is what `permissive` means. */
const allowRules = (allow: readonly PolicyIr[], { mtls }: ServiceIr): JsonObject => {
  const { policies, ...rest } = rules("ALLOW", allow) as { readonly policies: JsonObject };
  const plaintext = { permissions: [{ any: true }], principals: [{ not_id: { authenticated: {} } }] };
  return { ...rest, policies: mtls.mode === "permissive" ? { ...policies, [PLAINTEXT]: plaintext } : policies };
};

const rules = (action: "ALLOW" | "DENY", policies: readonly PolicyIr[]): JsonObject => ({
  action,
  policies: Object.fromEntries(
    policies.map((policy) => [policy.name, { permissions: [permission(policy)], principals: principals(policy) }]),
  ),
});

const principals = ({ from }: PolicyIr): JsonObject[] => (from === undefined ? [{ any: true }] : from.map(principal));

/** A caller of many services is one principal to all of them. */
const principal = remembered(
  (identity: SpiffeId): JsonObject => ({ authenticated: { principal_name: { exact: identity } } }),
  100_000,
);

function permission({ methods, paths, headers }: PolicyIr): JsonObject {
  const parts = [
    ...(methods
      ? [anyOf(methods.map((method) => ({ header: { name: ":method", string_match: { exact: method } } })))]
      : []),
    ...(paths ? [anyOf(paths.flatMap(pathPermissions))] : []),
    ...headers.map(({ name, match }): JsonObject => ({ header: { name, ...matcher(match) } })),
  ];
  return parts.length === 0 ? { any: true } : { and_rules: { rules: parts } };
}

const anyOf = (permissions: readonly JsonObject[]): JsonObject => ({ or_rules: { rules: permissions } });

/** `url_path` leaves the query out. A prefix holds for whole segments, so it is the path itself or what is below it. */
function pathPermissions(path: PathMatch): JsonObject[] {
  const urlPath = (match: JsonObject): JsonObject => ({ url_path: { path: match } });
  switch (path.kind) {
    case "exact":
      return [urlPath({ exact: path.path })];
    case "prefix":
      return path.path === "/"
        ? [{ any: true }]
        : [urlPath({ exact: path.path }), urlPath({ prefix: `${path.path}/` })];
    case "regex":
      return [urlPath({ safe_regex: regexMatcher(path.regex) })];
  }
}
