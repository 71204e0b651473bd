/** What of our meshes is in a cluster, as whoever deploys next has to know it (engines/istio/kept). */
import { keptKinds } from "../engines/istio/written-kinds.ts";
import type { KubernetesObject } from "../engines/kubernetes.ts";
import type { KubernetesApi } from "./kubernetes-api.ts";

export type Deployed =
  | { readonly kind: "read"; readonly objects: readonly KubernetesObject[] }
  | { readonly kind: "not-read"; readonly why: string };

const OURS = `labelSelector=${encodeURIComponent("app.kubernetes.io/managed-by=meshwright")}`;
const NOT_FOUND = 404;

/** None where the cluster does not know the kinds yet: then nothing is deployed. */
export async function deployedObjects(api: KubernetesApi): Promise<Deployed> {
  const objects: KubernetesObject[] = [];
  for (const { kind, path } of keptKinds) {
    const answer = await api.get(`${path}?${OURS}`);
    if (answer.kind === "refused" && answer.status === NOT_FOUND) continue;
    if (answer.kind === "refused") return { kind: "not-read", why: answer.message };
    const { apiVersion, items } = answer.body as { readonly apiVersion: string; readonly items: KubernetesObject[] };
    // Items of a list do not say what they are.
    for (const item of items) objects.push({ ...item, apiVersion, kind });
  }
  return { kind: "read", objects };
}
