/** How a program reaches the cluster of its provider, for what it must ask it: a provider tells nobody. */
import { type Input, type Output, output } from "@pulumi/pulumi";
import type { ClusterChoice, KubernetesApi } from "../cluster/kubernetes-api.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

export interface ClusterAccess {
  /** The one that the stack's provider gets; of a cluster of the same program it is known only in `up`. @default as `kubectl` finds it */
  readonly kubeconfig?: Input<string> | undefined;
  /** @default the stack's, else the current one */
  readonly context?: string | undefined;
}

/** Undefined in a preview that does not know it yet. */
export async function choiceOf({ kubeconfig, context }: ClusterAccess): Promise<ClusterChoice | undefined> {
  if (kubeconfig === undefined) return { context };
  const text = await textOf(output(kubeconfig));
  return text === UNKNOWN ? undefined : { kubeconfig: text, context };
}

const UNKNOWN = Symbol("not known before `up`");

/** Pulumi runs no `apply` on a value that a preview does not know; whether it does, its declarations hide. */
async function textOf(value: Output<string>): Promise<string | typeof UNKNOWN> {
  const { isKnown } = value as unknown as { readonly isKnown: Promise<boolean> };
  return (await isKnown) ? new Promise((resolve) => void value.apply(resolve)) : UNKNOWN;
}

export type Asked<T> =
  | { readonly kind: "answered"; readonly answer: T }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/** Asks a cluster, and lets go of it. Its client is loaded here and nowhere before: most programs have nothing to ask. */
export async function onCluster<T>(choice: ClusterChoice, ask: (api: KubernetesApi) => Promise<T>): Promise<Asked<T>> {
  const { connect } = await import("../cluster/kubernetes-api.ts");
  const connection = await connect(choice);
  if (connection.kind === "refused") return connection;
  try {
    return { kind: "answered", answer: await ask(connection.api) };
  } finally {
    await connection.api.close();
  }
}
