/** Everything that a cluster holds, by kind and name: for saying what a deployment has left behind. */
import type { ApiClient } from "../api-client.ts";

/** They come and go by themselves, or only say what happened. */
const PASSING = ["Event", "Lease", "EndpointSlice", "ControllerRevision"];

interface Kind {
  readonly kind: string;
  readonly name: string;
  readonly verbs: readonly string[];
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export async function snapshotOf(api: ApiClient): Promise<ReadonlySet<string>> {
  const found: string[] = [];
  for (const root of await rootsOf(api))
    for (const { kind, name } of await kindsOf(api, root))
      for (const { metadata } of await listOf(api, `${root}/${name}`))
        found.push(`${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
  return new Set(found);
}

async function rootsOf(api: ApiClient): Promise<readonly string[]> {
  const groups = await read<{
    readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
  }>(api, "/apis");
  return ["/api/v1", ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
}

async function kindsOf(api: ApiClient, root: string): Promise<readonly Kind[]> {
  const { resources } = await read<{ readonly resources: readonly Kind[] }>(api, root);
  return resources.filter(
    ({ kind, name, verbs }) => verbs.includes("list") && !name.includes("/") && !PASSING.includes(kind),
  );
}

const listOf = async (api: ApiClient, path: string): Promise<readonly Named[]> =>
  (await read<{ readonly items: readonly Named[] }>(api, path)).items;

async function read<T>(api: ApiClient, path: string): Promise<T> {
  const answer = await api.get(path);
  if (answer.kind === "refused") throw new Error(`${path}: ${answer.message}`);
  return answer.body as unknown as T;
}
