/**
 * Access on Envoy: two RBAC filters (v3), first DENY, then ALLOW, on HTTP ports; the network RBAC filter on others.
 * The ALLOW filter is always there: without it everybody with a certificate of the mesh could call.
 */
import { inboundHttp, inboundTcp, matcher, regexMatcher, typed } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { PathMatch } from "../../ir/match.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import { speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { remembered } from "../../values/remembered.ts";
import type { SpiffeId } from "../../values/spiffe-id.ts";
import type { AccessIr, PolicyIr, PortAccessIr } from "./ir.ts";

export function renderAccess({ ports }: AccessIr, service: ServiceIr): readonly EnvoyFragment[] {
  const http = new Set(service.ports.filter(speaksHttp).map(({ name }) => name));
  return ports.flatMap((access) => (http.has(access.port) ? renderHttp(access, service) : renderTcp(access, service)));
}

function renderHttp({ port, deny, allow }: PortAccessIr, service: ServiceIr): readonly EnvoyFragment[] {
  return [
    ...(deny.length === 0 ? [] : [inboundHttp(port, "rbac-deny", { rules: rules("DENY", deny) })]),
    inboundHttp(port, "rbac-allow", { rules: allowRules(allow, service) }),
  ];
}

function renderTcp({ port, deny, allow }: PortAccessIr, service: ServiceIr): readonly EnvoyFragment[] {
  const filter = (name: string, message: JsonObject) =>
    inboundTcp(
      port,
      name,
      typed("envoy.extensions.filters.network.rbac.v3.RBAC", { stat_prefix: name, rules: message }),
    );
  return [
    ...(deny.length === 0 ? [] : [filter("deny", rules("DENY", deny))]),
    filter("allow", allowRules(allow, service)),
  ];
}

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
