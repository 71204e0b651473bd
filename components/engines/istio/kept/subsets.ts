/** Subsets that a deployed route leads to, and the namespaces that see them. */
import type { KubernetesObject, MeshObject } from "../../kubernetes.ts";
import type { Lead } from "./leads.ts";
import type { Removals } from "./removals.ts";
import { rendered, specOf, specsOf, withSpec } from "./specs.ts";

interface DestinationRule {
  readonly host: string;
  readonly subsets?: readonly { readonly name: string }[];
  readonly exportTo: readonly string[];
}

/** A rule that is gone stays whole: without its subsets it would be another one. */
export function keepSubsets(
  objects: readonly MeshObject[],
  deployed: readonly KubernetesObject[],
  left: readonly Lead[],
  removals: Removals,
): readonly MeshObject[] {
  const rules = new Map<string, MeshObject>();
  const byId = new Map(objects.map((one) => [one.id, one]));
  for (const { id, object, spec: old } of specsOf<DestinationRule>(deployed, "DestinationRule")) {
    const names = new Set(left.flatMap(({ host, subset }) => (host === old.host ? [subset] : [])));
    const reached = (old.subsets ?? []).filter(({ name }) => names.has(name));
    if (reached.length === 0) continue;
    const rule = byId.get(id);
    const { subsets = [], exportTo = [] } = rule === undefined ? {} : specOf<DestinationRule>(rule.object);
    const missing = reached.filter(({ name }) => !subsets.some((one) => one.name === name));
    const unseen = old.exportTo.filter((namespace) => !exportTo.includes(namespace));
    if (missing.length + unseen.length === 0) continue;
    const more = { subsets: [...subsets, ...missing], exportTo: [...exportTo, ...unseen] };
    const kept = rule === undefined ? rendered(id, object) : withSpec(rule, more);
    rules.set(id, kept);
    for (const { name } of missing) removals.note(`subset ${name} of ${old.host}`, kept);
    if (missing.length === 0) removals.note(`the rule of ${old.host} for who no longer calls it`, kept);
  }
  const gone = [...rules].flatMap(([id, rule]) => (byId.has(id) ? [] : [rule]));
  return [...gone, ...objects.map((one) => rules.get(one.id) ?? one)];
}
