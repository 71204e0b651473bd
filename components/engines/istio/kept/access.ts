/**
 * Who is admitted because a deployed route led there. Whoever calls a service by itself and no longer does is refused at once: that is a
 * revocation. A caller whose route moves has not called the old end by itself, and its requests are still on their way there.
 */
import { distinct } from "../../../values/order.ts";
import type { KubernetesObject, MeshObject } from "../../kubernetes.ts";
import type { Lead } from "./leads.ts";
import type { Removals } from "./removals.ts";
import { hostNamedBy, specOf, specsOf, withSpec } from "./specs.ts";

interface AuthorizationPolicy {
  readonly action: string;
  readonly rules?: readonly Rule[];
}

interface Rule {
  readonly from?: readonly { readonly source: { readonly principals?: readonly string[] } }[];
  readonly to?: readonly unknown[];
}

export function keepAccess(
  objects: readonly MeshObject[],
  deployed: readonly KubernetesObject[],
  left: readonly Lead[],
  removals: Removals,
): readonly MeshObject[] {
  const moved = left.filter(({ from, host }) => from.length > 0 && !from.includes(host));
  if (moved.length === 0) return objects;
  const policies = specsOf<AuthorizationPolicy>(deployed, "AuthorizationPolicy")
    .filter(({ spec }) => spec.action === "ALLOW")
    .map(({ id, object, spec: { rules = [] } }) => ({ id, host: hostNamedBy(object), rules }));
  const callersOf = (hosts: readonly string[]): ReadonlySet<string> =>
    new Set(policies.filter(({ host }) => hosts.includes(host)).flatMap(({ rules }) => rules.flatMap(principalsOf)));
  return objects.map((one) => {
    const old = policies.find(({ id }) => id === one.id);
    if (old === undefined) return one;
    const from = moved.filter(({ host }) => host === old.host).flatMap((lead) => lead.from);
    const callers = callersOf(from);
    const { rules = [] } = specOf<AuthorizationPolicy>(one.object);
    const own = new Set(rules.map((rule) => JSON.stringify(rule)));
    const still = old.rules.filter((rule) => !own.has(JSON.stringify(rule))).flatMap((rule) => among(rule, callers));
    if (still.length === 0) return one;
    removals.note(`${distinct(still.flatMap(principalsOf)).join(", ")} admitted by ${old.host}`, one);
    return withSpec(one, { rules: [...rules, ...still] });
  });
}

const principalsOf = ({ from = [] }: Rule): readonly string[] => from.flatMap(({ source }) => source.principals ?? []);

/** A rule for those of its callers alone; nothing where it has none of them. */
function among(rule: Rule, callers: ReadonlySet<string>): readonly Rule[] {
  const principals = principalsOf(rule).filter((principal) => callers.has(principal));
  return principals.length === 0 ? [] : [{ ...rule, from: [{ source: { principals } }] }];
}
