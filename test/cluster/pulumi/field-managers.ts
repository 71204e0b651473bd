/**
 * Who owns the fields of an object, as the provider keeps it: what it created by a plain request is owned by `CREATOR`, and passes to the
 * resource's own manager before the first update, or that would be a conflict.
 * @source pulumi-kubernetes 4.32, provider/pkg/await/await.go, fixCSAFieldManagers
 */
import { createHash } from "node:crypto";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import type { Json, JsonObject } from "../../../components/values/json.ts";
import type { ApiClient } from "../api-client.ts";

/** Of all objects that the provider creates. */
export const CREATOR = "pulumi-kubernetes";

/** Of one resource of one stack: two stacks that apply one object are in conflict. */
export const managerOf = (urn: string): string =>
  `${CREATOR}-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;

/** Annotated so, an object takes what others own. */
export const isForced = ({ metadata: { annotations } }: KubernetesObject): boolean =>
  process.env.PULUMI_K8S_ENABLE_PATCH_FORCE === "true" || annotations?.["pulumi.com/patchForce"] === "true";

interface Managed {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  readonly fieldsV1?: JsonObject;
}

/** What was created passes to the manager of the updates. */
export async function takeOver(api: ApiClient, object: KubernetesObject, manager: string): Promise<void> {
  const live = await api.find(object);
  if (live === undefined) return;
  const { managedFields = [], resourceVersion } = live.metadata as {
    readonly managedFields?: readonly Managed[];
    readonly resourceVersion?: string;
  };
  const created = managedFields.filter(isOfCreation);
  if (created.length === 0) return;
  const isOwn = (one: Managed) => one.manager === manager && one.operation === "Apply" && one.subresource === undefined;
  const fields = [...created, ...managedFields.filter(isOwn)].map(({ fieldsV1 = {} }) => fieldsV1).reduce(union);
  const others = managedFields.filter((one) => !isOfCreation(one) && !isOwn(one));
  const own = { ...created[0], manager, operation: "Apply", fieldsV1: fields };
  const answer = await api.patch(object, [
    { op: "replace", path: "/metadata/managedFields", value: [...others, own] },
    { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
  ] as unknown as Json);
  if (answer.kind === "refused") throw new Error(`${object.kind} ${object.metadata.name}: ${answer.message}`);
}

const isOfCreation = ({ manager, operation, subresource }: Managed): boolean =>
  manager === CREATOR && operation === "Update" && subresource === undefined;

/** Sets of fields are trees of keys. */
function union(a: JsonObject, b: JsonObject): JsonObject {
  const all = Object.entries(b).map(([key, below]) => [
    key,
    union((a[key] ?? {}) as JsonObject, (below ?? {}) as JsonObject),
  ]);
  return { ...a, ...Object.fromEntries(all) };
}
