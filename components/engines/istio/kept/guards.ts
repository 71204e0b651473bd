/**
 * Who guards the pods of a service that has left the mesh. They may run for a while, and where no policy is left Istio admits everybody,
 * in plaintext, too. So its policies stay for one deployment more; a deployment that finds nothing else of it takes them away.
 */
import type { KubernetesObject, MeshObject } from "../../kubernetes.ts";
import type { Removals } from "./removals.ts";
import { hostNamedBy, idOf, rendered } from "./specs.ts";

const GUARDS: readonly string[] = ["AuthorizationPolicy", "PeerAuthentication"];

export function keepGuards(
  objects: readonly MeshObject[],
  deployed: readonly KubernetesObject[],
  removals: Removals,
): readonly MeshObject[] {
  const inMesh = hostsWithScope(objects.map(({ object }) => object));
  const lately = hostsWithScope(deployed);
  const kept = deployed
    .filter(({ kind }) => GUARDS.includes(kind))
    .filter((object) => lately.has(hostNamedBy(object)) && !inMesh.has(hostNamedBy(object)))
    .map((object) => rendered(idOf(object), object));
  for (const one of kept) removals.note(`who may call ${hostNamedBy(one.object)}, whose pods may still run`, one);
  return [...kept, ...objects];
}

/** Every service of a mesh has a scope. */
const hostsWithScope = (objects: readonly KubernetesObject[]): ReadonlySet<string> =>
  new Set(objects.filter(({ kind }) => kind === "Sidecar").map(hostNamedBy));
