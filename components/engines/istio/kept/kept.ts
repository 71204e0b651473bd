/**
 * Make before break. An object is updated once per deployment, and proxies follow when they can. So what a deployed route leads to and a
 * new one does not stays for one deployment more: its subset and whoever sees that, the scope of its callers, their admission. The next
 * deployment finds no route that leads there, and takes it away (docs/decisions/0009).
 */
import type { KubernetesObject, MeshObject } from "../../kubernetes.ts";
import { keepAccess } from "./access.ts";
import { keepGuards } from "./guards.ts";
import { leadsBeyond, leadsOf } from "./leads.ts";
import { type Removal, Removals } from "./removals.ts";
import { withScopes } from "./scopes.ts";
import { keepSubsets } from "./subsets.ts";

export interface Kept {
  readonly objects: readonly MeshObject[];
  /** What the next deployment will take away. */
  readonly removals: readonly Removal[];
}

/** `deployed`: the objects as the deployment before left them; none where there was none, and no request to lose. */
export function keepReached(objects: readonly MeshObject[], deployed: readonly KubernetesObject[]): Kept {
  const after = leadsOf(objects.map(({ object }) => object));
  const before = leadsOf(deployed);
  const left = leadsBeyond(before, after);
  const ahead = deployed.length === 0 ? [] : leadsBeyond(after, before);
  const removals = new Removals();
  const subsets = keepSubsets(objects, deployed, left, removals);
  const access = keepAccess(subsets, deployed, left, removals);
  const scopes = withScopes(access, ahead, left, removals);
  const guarded = keepGuards(scopes, deployed, removals);
  return { objects: settling(guarded, new Set(ahead.map(({ route }) => route))), removals: removals.all };
}

const settling = (objects: readonly MeshObject[], routes: ReadonlySet<string>): readonly MeshObject[] =>
  routes.size === 0 ? objects : objects.map((one) => (routes.has(one.id) ? { ...one, settled: true } : one));
