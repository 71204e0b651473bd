/** What the real provider waits for, in a cluster whose nodes run things. @throws with what was last seen */
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { ApiClient } from "../api-client.ts";
import { describePod, podsIn } from "../node/pod-state.ts";

const PATIENCE = 180_000;
const POLL = 200;

interface Rollout extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & { readonly generation?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly desiredNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberReady?: number;
  };
}

export async function untilReady(api: ApiClient, object: KubernetesObject): Promise<void> {
  if (object.kind !== "Deployment" && object.kind !== "DaemonSet") return;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(POLL)) {
    const live = (await api.find(object)) as Rollout | undefined;
    if (live !== undefined && isRolledOut(live)) return;
  }
  const pods = await podsIn(api, object.metadata.namespace ?? "default");
  const seen = pods.map(describePod).join("; ");
  throw new Error(`${object.kind} ${object.metadata.name} is not ready after ${PATIENCE / 1_000} s: ${seen}`);
}

function isRolledOut({ kind, metadata, status = {}, spec }: Rollout): boolean {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  if (kind === "DaemonSet")
    return (status.desiredNumberScheduled ?? 0) > 0 && status.numberReady === status.desiredNumberScheduled;
  const { replicas = 1 } = spec as { readonly replicas?: number };
  return status.updatedReplicas === replicas && status.readyReplicas === replicas && status.replicas === replicas;
}

/** With all that belonged to it: whoever is deleted next may be what it needed. */
export async function untilGone(api: ApiClient, object: KubernetesObject): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(POLL))
    if ((await api.find(object)) === undefined) return;
  throw new Error(`${object.kind} ${object.metadata.name} is still there after ${PATIENCE / 1_000} s`);
}
