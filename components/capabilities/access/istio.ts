/**
 * Access on Istio: rules of AuthorizationPolicies. Every rule names its port: a rule that looks into requests and names none would
 * never allow and always deny on ports that do not speak HTTP (istio#25832, #37920). Istio knows the port of the workload.
 */

import { principalOf } from "../../engines/istio/names.ts";
import { add } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { AccessIr, PolicyIr } from "./ir.ts";

export function renderAccess({ ports }: AccessIr, service: ServiceIr): readonly IstioFragment[] {
  const targets = new Map(service.ports.map(({ name, target }) => [name, String(target)]));
  const rules = ports.flatMap(({ port, deny, allow }) => {
    const id = (policy: PolicyIr) => `${port} ${policy.name}`;
    const target = targets.get(port) ?? "";
    return [
      ...deny.map((policy) => add("access.deny", id(policy), rule(policy, target))),
      ...allow.map((policy) => add("access.allow", id(policy), rule(policy, target))),
    ];
  });
  return [...rules, ...plaintext(service, [...targets.values()])];
}

/** Where plaintext is accepted, callers without a certificate are, too: that is what `permissive` means. */
function plaintext({ mtls }: ServiceIr, ports: readonly string[]): readonly IstioFragment[] {
  if (mtls.mode === "strict" || ports.length === 0) return [];
  const anybody = { from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { ports } }] };
  return [add("access.allow", "plaintext", anybody)];
}

const rule = ({ from, methods, paths, headers }: PolicyIr, port: string): JsonObject => ({
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
});

/** A prefix holds for whole segments, so it is the path itself or what is below it. A regex has been refused before. */
function pathValues(path: PathMatch): readonly string[] {
  switch (path.kind) {
    case "exact":
      return [path.path];
    case "prefix":
      return path.path === "/" ? ["*"] : [path.path, `${path.path}/*`];
    case "regex":
      throw new Error("MW9001 a regex of an access rule reached Istio");
  }
}

const headerCondition = ({ name, match }: NamedMatch): JsonObject => ({
  key: `request.headers[${name}]`,
  values: [headerValue(match)],
});

function headerValue(match: NamedMatch["match"]): string {
  switch (match.kind) {
    case "exact":
      return match.value;
    case "prefix":
      return `${match.value}*`;
    case "present":
      return "*";
    default:
      throw new Error(`MW9001 a ${match.kind} of an access rule reached Istio`);
  }
}
