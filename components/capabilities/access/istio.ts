/**
 * Access on Istio: rules of AuthorizationPolicies. Every rule names its port: a rule that looks into requests and names none would
 * never allow and always deny on ports that do not speak HTTP (istio#25832, #37920). Istio knows the port of the workload.
 */

import { principalOf } from "../../engines/istio/names.ts";
import { DRY_RUN } from "../../engines/istio/ownership.ts";
import { add, set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { Limit } from "../../engines/limit.ts";
import type { NamedMatch, PathMatch, TextMatch } from "../../ir/match.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { ModelPath } from "../../values/model-path.ts";
import type { AccessIr, Enforcement, PolicyIr } from "./ir.ts";

export function renderAccess({ enforcement, ports }: AccessIr, service: ServiceIr): readonly IstioFragment[] {
  const targets = new Map(service.ports.map(({ name, target }) => [name, String(target)]));
  const rules = ports.flatMap(({ port, deny, allow }) => {
    const id = (policy: PolicyIr) => `${port} ${policy.name}`;
    const target = targets.get(port) ?? "";
    return [
      ...deny.flatMap((policy) => added("access.deny", id(policy), rule(policy, target))),
      ...allow.flatMap((policy) => added("access.allow", id(policy), rule(policy, target))),
    ];
  });
  return [...audited(enforcement), ...rules, ...plaintext(service, [...targets.values()])];
}

/** Policies that are run dry become shadow rules of the proxy: they are decided and counted, and let everybody pass. */
const audited = (enforcement: Enforcement): readonly IstioFragment[] =>
  enforcement === "enforce" ? [] : [set("access.annotations", { [DRY_RUN]: "true" })];

const added = (slot: "access.deny" | "access.allow", id: string, one: JsonObject | undefined): IstioFragment[] =>
  one === undefined ? [] : [add(slot, id, one)];

/** Where plaintext is accepted, callers without a certificate are, too: that is what `permissive` means. */
function plaintext({ mtls }: ServiceIr, ports: readonly string[]): readonly IstioFragment[] {
  if (mtls.mode === "strict" || ports.length === 0) return [];
  const anybody = { from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { ports } }] };
  return [add("access.allow", "permissive.plaintext", anybody)];
}

/**
 * A condition that Istio cannot express was accepted as a loss: what it stands in is left out. A rule that allows then admits
 * fewer, one that denies refuses fewer.
 */
function rule(policy: PolicyIr, port: string): JsonObject | undefined {
  const { from, methods, headers } = policy;
  const paths = policy.paths?.filter(({ kind }) => kind !== "regex");
  if (paths?.length === 0 || headers.some(({ match }) => match.kind === "regex")) return undefined;
  return {
    ...(from === undefined ? {} : { from: [{ source: { principals: from.map(principalOf) } }] }),
    to: [
      {
        operation: {
          ports: [port],
          ...(methods === undefined ? {} : { methods }),
          ...(paths === undefined ? {} : { paths: paths.flatMap(pathValues) }),
        },
      },
    ],
    ...(headers.length === 0 ? {} : { when: headers.map(headerCondition) }),
  };
}

/** A prefix holds for whole segments, so it is the path itself or what is below it. */
function pathValues(path: PathMatch): readonly string[] {
  switch (path.kind) {
    case "exact":
      return [path.path];
    case "prefix":
      return path.path === "/" ? ["*"] : [path.path, `${path.path}/*`];
    case "regex":
      return [];
  }
}

const headerCondition = ({ name, match }: NamedMatch): JsonObject => ({
  key: `request.headers[${name}]`,
  values: [headerValue(match)],
});

/** An asterisk alone asks for presence, at the end for a prefix. */
const headerValue = (match: TextMatch): string =>
  match.kind === "exact" ? match.value : match.kind === "prefix" ? `${match.value}*` : "*";

// --- limits --------------------------------------------------------------------------------------------------------

/** An asterisk at an end, and braces in a path, mean something to Istio and cannot be quoted (pkg/config/security, CheckValidPathTemplate). */
export const limitAccess = ({ ports }: AccessIr): readonly Limit[] =>
  uniquePolicies(ports).flatMap(({ path, methods = [], paths = [], headers }) => [
    ...methods.filter(isPattern).map((method) => limit([...path, "methods"], method)),
    ...paths.flatMap(patternInPath).map((text) => limit([...path, "paths"], text)),
    ...headers.flatMap(patternInHeader).map((text) => limit([...path, "headers"], text)),
  ]);

/** A rule without a port is a policy of each. */
const uniquePolicies = (ports: AccessIr["ports"]): readonly PolicyIr[] => [
  ...new Map(ports.flatMap(({ deny, allow }) => [...deny, ...allow]).map((policy) => [policy.name, policy])).values(),
];

const limit = (path: ModelPath, text: string): Limit => ({
  path,
  why: `its policies read an asterisk at an end of "${text}", or a brace in it, as a pattern`,
});

const isPattern = (text: string): boolean => text.startsWith("*") || text.endsWith("*");

const patternInPath = (path: PathMatch): readonly string[] =>
  path.kind !== "regex" && (isPattern(path.path) || /[{}]/.test(path.path)) ? [path.path] : [];

function patternInHeader({ match }: NamedMatch): readonly string[] {
  if (match.kind === "exact") return isPattern(match.value) ? [match.value] : [];
  return match.kind === "prefix" && match.value.startsWith("*") ? [match.value] : [];
}
