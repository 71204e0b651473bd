/** Istiods and sidecars without pods, as the platform asks for those with pods: only the way to them is another one. */
import assert from "node:assert/strict";
import type { Answer, KubernetesApi } from "../../components/cluster/kubernetes-api.ts";
import { type Istiod, ROOT_NAMESPACE } from "./istiod.ts";
import type { Sidecar } from "./sidecar.ts";

export function asPods(istiods: readonly Istiod[], sidecars: readonly Sidecar[]): KubernetesApi {
  const podsIn = (namespace = ""): readonly string[] => {
    if (namespace === ROOT_NAMESPACE) return istiods.map(({ name }) => name);
    return sidecars.filter(({ pod }) => pod.namespace === namespace).map(({ pod }) => pod.name);
  };
  const answerOf = async (name: string, path: string): Promise<string> => {
    const istiod = istiods.find((one) => one.name === name);
    assert.ok(istiod !== undefined, name);
    return path === "/metrics" ? istiod.metrics() : JSON.stringify(await istiod.debug(path));
  };
  return {
    name: "no pods",
    ask: () => assert.fail("nothing is written"),
    get: (path) => {
      const [, namespace] = /^\/api\/v1\/namespaces\/([^/]+)\/pods/.exec(path) ?? [];
      return Promise.resolve<Answer>({ kind: "ok", body: { items: podsIn(namespace).map(podBody) } });
    },
    getOfPod: async ({ name }, path) => ({ kind: "ok", body: await answerOf(name, path) }),
    close: () => Promise.resolve(),
  };
}

const podBody = (name: string) => ({
  metadata: { name },
  spec: { containers: [] },
  status: {
    conditions: [{ type: "Ready", status: "True" }],
    initContainerStatuses: [{ name: "istio-proxy", ready: true }],
  },
});
