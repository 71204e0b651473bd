/**
 * Stands in for the Kubernetes provider where its plugin cannot be had: applies to the real API server by server-side apply, so that
 * schemas, state, differences and order are real. Charts are rendered by Helm itself. It waits for nothing to become ready.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import type { JsonObject } from "../../../components/values/json.ts";
import type { ApiClient } from "../api-client.ts";
import { findObject } from "./find-object.ts";
import { CHART, constructChart } from "./render-chart.ts";
import { onlyOurs, type Properties, plainObject, same, withText } from "./stored-object.ts";

/** What decides which object it is: changed, it is another one. */
const IDENTITY: readonly (readonly string[])[] = [
  ["apiVersion"],
  ["kind"],
  ["metadata", "name"],
  ["metadata", "namespace"],
];

/** `helm`: the program, where it is there. */
export const kubernetesDouble = (api: ApiClient, helm?: string): Provider => ({
  version: "4.34.2",

  construct: (name, type, inputs, options) => {
    if (type !== CHART || helm === undefined) throw new Error(`the double makes no ${type} without Helm`);
    return constructChart(helm, name, inputs, options);
  },

  diff: (_id, _urn, olds: Properties, news: Properties) => {
    const replaces = IDENTITY.filter((path) => !same(at(olds, path), at(news, path))).map((path) => path.join("."));
    return Promise.resolve({ changes: !same(olds, news), replaces });
  },

  create: async (urn, inputs: Properties) => {
    const object = plainObject(inputs);
    const there = isPatch(urn) || adopts() ? undefined : await findObject(api, object);
    if (there !== undefined) throw new Error(`${object.kind} ${idOf(object)} already exists`);
    await apply(api, object);
    return { id: idOf(object), outs: inputs };
  },

  update: async (_id, _urn, _olds, news: Properties) => {
    await apply(api, plainObject(news));
    return { outs: news };
  },

  read: async (id, _urn, props: Properties) => {
    const live = await findObject(api, plainObject(props));
    if (live === undefined) return { id: "", props: {} };
    const ours = onlyOurs(props, withText(live as Properties));
    return { id, props: ours, inputs: ours };
  },

  delete: async (_id, urn, props: Properties) => {
    const object = plainObject(props);
    // What was only labelled belongs to somebody else: without our labels it stays.
    if (isPatch(urn)) return apply(api, { ...object, metadata: { name: object.metadata.name } });
    await api.delete(object);
    if (object.kind === "Namespace") await finalize(api, object.metadata.name);
  },
});

/** As the provider: it takes over what is there only where it is told to. */
const adopts = (): boolean => process.env.PULUMI_K8S_UPSERT_EXISTING_OBJECTS === "true";

const isPatch = (urn: string): boolean => /Patch::/.test(urn);

const at = (value: unknown, [key, ...rest]: readonly string[]): unknown =>
  key === undefined ? value : at((value as Properties | undefined)?.[key], rest);

const idOf = ({ metadata: { namespace, name } }: ReturnType<typeof plainObject>): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** A kind that the server does not know yet is asked for five times, each wait twice the one before, as by the provider. */
async function apply(api: ApiClient, object: ReturnType<typeof plainObject>): Promise<void> {
  for (let wait = FIRST_WAIT; ; wait *= 2) {
    const answer = await api.apply(object).catch((error: Error) => refusedBy(error));
    if (answer.kind === "ok") return;
    if (answer.status !== 404 || wait >= FIRST_WAIT * 2 ** 5)
      throw new Error(`${object.kind} ${idOf(object)}: ${answer.message}`);
    await sleep(wait);
  }
}

const FIRST_WAIT = 100;

/** Nobody answered at all. */
const refusedBy = ({ message }: Error) => ({ kind: "refused", status: 0, message }) as const;

/** The controller of namespaces does this once all that was in them is gone; here nobody runs it. */
async function finalize(api: ApiClient, name: string): Promise<void> {
  const answer = await api.get(`/api/v1/namespaces/${name}`);
  if (answer.kind === "refused") return;
  const body: JsonObject = { ...(answer.body as JsonObject), spec: { finalizers: [] } };
  await api.send("PUT", `/api/v1/namespaces/${name}/finalize`, body);
}
