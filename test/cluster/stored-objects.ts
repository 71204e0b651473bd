/** What of Istio is in the cluster. */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import type { ApiClient } from "./api-client.ts";

const KINDS = [
  "networking.istio.io/v1/virtualservices",
  "networking.istio.io/v1/destinationrules",
  "networking.istio.io/v1/gateways",
  "networking.istio.io/v1/serviceentries",
  "networking.istio.io/v1/sidecars",
  "security.istio.io/v1/peerauthentications",
  "security.istio.io/v1/authorizationpolicies",
  "security.istio.io/v1/requestauthentications",
  "telemetry.istio.io/v1/telemetries",
];

interface Listed {
  readonly kind: string;
  readonly items: readonly KubernetesObject[];
}

/** As they were written, without what the server adds. */
export async function storedObjects(api: ApiClient): Promise<readonly KubernetesObject[]> {
  const lists = await Promise.all(KINDS.map((kind) => listOf(api, kind)));
  return lists.flatMap(({ kind, items }) =>
    items.map(({ apiVersion, metadata: { name, namespace = "", labels = {} }, spec = {} }) => ({
      apiVersion,
      kind: kind.replace(/List$/, ""),
      metadata: { name, namespace, labels },
      spec,
    })),
  );
}

/** `Kind namespace/name`, sorted. */
export const storedNames = async (api: ApiClient): Promise<readonly string[]> =>
  (await storedObjects(api))
    .map(({ kind, metadata: { name, namespace = "" } }) => `${kind} ${namespace}/${name}`)
    .sort();

/** Right after its schema a kind cannot be listed yet. */
async function listOf(api: ApiClient, kind: string): Promise<Listed> {
  for (const end = Date.now() + 10_000; ; await sleep(100)) {
    const answer = await api.get(`/apis/${kind}`);
    if (answer.kind === "ok") return answer.body as unknown as Listed;
    if (Date.now() > end) throw new Error(`${kind}: ${answer.message}`);
  }
}
