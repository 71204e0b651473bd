/**
 * Stands in for the Kubernetes provider where its plugin cannot be had: creates objects on the real API server and updates them by
 * server-side apply, under the provider's names of managers, so that schemas, state, conflicts and order are real. Charts are rendered
 * by Helm itself. In a cluster with nodes it waits, as the real one does, until what runs is ready and what is deleted is gone; without
 * nodes nothing ever would be.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { JsonObject } from "../../../components/values/json.ts";
import type { Answer, ApiClient } from "../api-client.ts";
import { untilGone, untilReady } from "./await-ready.ts";
import { CREATOR, isForced, managerOf, takeOver } from "./field-managers.ts";
import { CHART, constructChart } from "./render-chart.ts";
import { asStored, onlyOurs, type Properties, plainObject, same, unstored, withText } from "./stored-object.ts";

/** What decides which object it is: changed, it is another one. */
const IDENTITY: readonly (readonly string[])[] = [
  ["apiVersion"],
  ["kind"],
  ["metadata", "name"],
  ["metadata", "namespace"],
];

export interface DoubleOptions {
  /** The program, where it is there. */
  readonly helm?: string | undefined;
  /** Where the program runs: there, paths of charts begin. @default where the double runs */
  readonly from?: string | undefined;
  /** Whether the cluster has nodes. */
  readonly nodes?: boolean | undefined;
}

export const kubernetesDouble = (api: ApiClient, { helm, from, nodes = false }: DoubleOptions = {}): Provider => ({
  version: "4.34.2",

  construct: (name, type, inputs, options) => {
    if (type !== CHART || helm === undefined) throw new Error(`the double makes no ${type} without Helm`);
    return constructChart({ program: helm, from }, name, inputs, options);
  },

  diff: (_id, _urn, olds: Properties, news: Properties) => {
    const replaces = IDENTITY.filter((path) => !same(at(olds, path), at(news, path))).map((path) => path.join("."));
    return Promise.resolve({ changes: !same(unstored(olds), news), replaces });
  },

  create: async (urn, inputs: Properties) => {
    const object = plainObject(inputs);
    const mayBeThere = isPatch(urn) || adopts();
    const stored = await insist(object, () =>
      mayBeThere
        ? api.apply(object, { manager: managerOf(urn), force: isForced(object) })
        : api.create(object, CREATOR),
    );
    if (nodes) await untilReady(api, object);
    return { id: idOf(object), outs: asStored(inputs, stored) };
  },

  update: async (_id, urn, _olds, news: Properties) => {
    const object = plainObject(news);
    const manager = managerOf(urn);
    const stored = await insist(object, async () => {
      if (!isPatch(urn)) await takeOver(api, object, manager);
      return api.apply(object, { manager, force: isForced(object) });
    });
    if (nodes) await untilReady(api, object);
    return { outs: asStored(news, stored) };
  },

  read: async (id, _urn, props: Properties) => {
    const live = await api.find(plainObject(props));
    if (live === undefined) return { id: "", props: {} };
    const ours = onlyOurs(unstored(props), withText(live as Properties)) as Properties;
    return { id, props: asStored(ours, live as Properties), inputs: ours };
  },

  delete: async (_id, urn, props: Properties) => {
    const object = plainObject(props);
    // What was only labelled belongs to somebody else: without our labels it stays.
    if (isPatch(urn)) {
      const nothing = { ...object, metadata: { name: object.metadata.name } };
      return void (await insist(nothing, () => api.apply(nothing, { manager: managerOf(urn) })));
    }
    const answer = await api.delete(object, nodes ? "Foreground" : "Background");
    if (answer.kind === "refused" && answer.status !== 404)
      throw new Error(`${object.kind} ${idOf(object)}: ${answer.message}`);
    if (nodes) await untilGone(api, object);
    else if (object.kind === "Namespace") await finalize(api, object.metadata.name);
  },
});

/** As the provider: it takes over what is there only where it is told to. */
const adopts = (): boolean => process.env.PULUMI_K8S_UPSERT_EXISTING_OBJECTS === "true";

const isPatch = (urn: string): boolean => /Patch::/.test(urn);

const at = (value: unknown, [key, ...rest]: readonly string[]): unknown =>
  key === undefined ? value : at((value as Properties | undefined)?.[key], rest);

const idOf = ({ metadata: { namespace, name } }: KubernetesObject): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/**
 * A kind that the server does not know yet is asked for five times, each wait twice the one before, as by the provider. That one waits for
 * Services, too, which takes longer than nodes need to learn where a webhook has begun to listen; this one tries again.
 */
async function insist(object: KubernetesObject, ask: () => Promise<Answer>): Promise<Properties> {
  for (let wait = FIRST_WAIT; ; wait *= 2) {
    const answer = await ask().catch((error: Error) => refusedBy(error));
    if (answer.kind === "ok") return answer.body as Properties;
    const mayCome =
      answer.status === 404 ? wait < FIRST_WAIT * 2 ** 5 : UNREACHED.test(answer.message) && wait < 10_000;
    if (!mayCome) throw new Error(`${object.kind} ${idOf(object)}: ${answer.message}`);
    await sleep(wait);
  }
}

const FIRST_WAIT = 100;
const UNREACHED = /failed calling webhook .*(?:connection refused|no endpoints available)/;

/** Nobody answered at all. */
const refusedBy = ({ message }: Error) => ({ kind: "refused", status: 0, message }) as const;

/** The controller of namespaces does this once all that was in them is gone; here nobody runs it. */
export async function finalize(api: ApiClient, name: string): Promise<void> {
  const answer = await api.get(`/api/v1/namespaces/${name}`);
  if (answer.kind === "refused") return;
  const body: JsonObject = { ...(answer.body as JsonObject), spec: { finalizers: [] } };
  await api.send("PUT", `/api/v1/namespaces/${name}/finalize`, body);
}
