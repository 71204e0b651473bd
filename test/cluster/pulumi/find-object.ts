/** Looks for an object by what it is. The server itself says under which path a kind lies. */
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { ApiClient } from "../api-client.ts";

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Undefined: it is not there, or is being deleted. */
export async function findObject(api: ApiClient, object: KubernetesObject): Promise<KubernetesObject | undefined> {
  const { apiVersion, kind, metadata } = object;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const known = await api.get(root);
  if (known.kind === "refused") return undefined;
  const { resources } = known.body as unknown as { readonly resources: readonly Resource[] };
  const resource = resources.find((one) => one.kind === kind && !one.name.includes("/"));
  if (resource === undefined) return undefined;
  const place = resource.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
  const answer = await api.get(`${root}${place}/${resource.name}/${encodeURIComponent(metadata.name)}`);
  return answer.kind === "refused" ? undefined : (answer.body as unknown as KubernetesObject);
}
