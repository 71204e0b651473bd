/** Pods as the server sees them, and what to say when they are not ready. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Json } from "../../../components/values/json.ts";
import type { ApiClient } from "../api-client.ts";
import { isReady } from "./node.ts";

export interface PodState {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly serviceAccountName?: string };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly ContainerState[];
    readonly initContainerStatuses?: readonly ContainerState[];
  };
}

interface ContainerState {
  readonly name: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly state?: Readonly<Record<string, { readonly reason?: string; readonly message?: string }>>;
}

export async function podsIn(api: ApiClient, namespace: string): Promise<readonly PodState[]> {
  const answer = await api.get(`/api/v1/namespaces/${namespace}/pods`);
  if (answer.kind === "refused") throw new Error(answer.message);
  return (answer.body as unknown as { readonly items: readonly PodState[] }).items;
}

/** @throws with the state of those that are not ready in time */
export async function untilPodsReady(
  api: ApiClient,
  namespace: string,
  count: number,
  seconds: number,
): Promise<readonly PodState[]> {
  let pods: readonly PodState[] = [];
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(200)) {
    pods = await podsIn(api, namespace);
    if (pods.length === count && pods.every((pod) => isReady(pod as unknown as Json))) return pods;
  }
  const late = pods.filter((pod) => !isReady(pod as unknown as Json)).map(describePod);
  throw new Error(`${namespace}: ${pods.length} of ${count} pods after ${seconds} s; not ready: ${late.join("; ")}`);
}

export const describePod = ({ metadata, status }: PodState): string => {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const waiting = containers.filter(({ ready }) => !ready).map(({ name, state }) => `${name} ${JSON.stringify(state)}`);
  return `${metadata.name} (${status.phase ?? "unknown"}) ${waiting.join(", ")}`;
};

/** Its id at the runtime, which the server writes with a scheme. */
export function containerId(pod: PodState, name: string): string {
  const found = pod.status.containerStatuses?.find((one) => one.name === name)?.containerID;
  if (found === undefined) throw new Error(`${pod.metadata.name} runs no ${name}`);
  return found.slice(found.indexOf("//") + 2);
}
