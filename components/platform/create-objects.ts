/**
 * The objects of a mesh as Pulumi resources: exactly those that were rendered, each under its lasting id, each after those it names.
 * Must not change, add or leave out a field.
 */
import { apiextensions, core } from "@pulumi/kubernetes";
import type { CustomResource, CustomResourceOptions, Resource } from "@pulumi/pulumi";
import type { KubernetesObject, MeshObject } from "../engines/kubernetes.ts";
import type { ChildOptions } from "./child-options.ts";
import { type Settle, settledAfter, unverified } from "./settle.ts";

/** The resource of each object that is there, by the object's id. */
export type RegisteredObjects = ReadonlyMap<string, CustomResource>;

export interface CreateObjectsOptions {
  /** The objects of components that were created before. */
  readonly earlier?: RegisteredObjects | undefined;
  /** Between all of these and the routes that lead where none led before. */
  readonly settle?: Settle | undefined;
}

/** What an object names and nobody registered here belongs to another stack, and its order is that stack's business. */
export function createObjects(
  name: string,
  objects: readonly MeshObject[],
  { parent, dependsOn: first }: ChildOptions,
  { earlier = new Map(), settle = unverified }: CreateObjectsOptions = {},
): RegisteredObjects {
  const registered = new Map(earlier);
  const register = ({ id, after, object }: MeshObject, wait?: Promise<Resource[]>) => {
    const dependsOn = [...first, ...after.flatMap((other) => registered.get(other) ?? [])];
    const options = {
      parent,
      dependsOn: wait === undefined ? dependsOn : wait.then((more) => [...dependsOn, ...more]),
    };
    registered.set(
      id,
      untraced(() => createObject(`${name}/${id}`, object, options)),
    );
  };
  const ordered = inOrder(objects);
  for (const one of ordered) if (!one.settled) register(one);
  const waiting = ordered.filter(({ settled }) => settled);
  if (waiting.length === 0) return registered;
  const routes = waiting.map(({ object }) => object);
  const wait = settledAfter([...registered.values()], routes, settle);
  for (const one of waiting) register(one, wait);
  return registered;
}

/**
 * Pulumi keeps with each resource the whole way through the program to where it was made. For objects that are made here by the thousand
 * that is always this same place, and would be a third of the state.
 */
function untraced<T>(create: () => T): T {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error) => `${error}`;
  try {
    return create();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Pulumi has resources of its own for Kubernetes' kinds, which know how to wait for them; all others are one. */
export function createObject(name: string, object: KubernetesObject, options: CustomResourceOptions): CustomResource {
  const { apiVersion, kind, ...rest } = object;
  if (apiVersion !== "v1") return new apiextensions.CustomResource(name, { apiVersion, kind, ...rest }, options);
  const Resource = CORE_KINDS[kind as keyof typeof CORE_KINDS];
  if (Resource === undefined) throw new Error(`${apiVersion} ${kind} has no resource yet`);
  return new Resource(name, rest as object, options);
}

const CORE_KINDS = {
  ConfigMap: core.v1.ConfigMap,
  Namespace: core.v1.Namespace,
  Service: core.v1.Service,
  ServiceAccount: core.v1.ServiceAccount,
};

/** As they come, but none before those that it names. */
function inOrder(objects: readonly MeshObject[]): readonly MeshObject[] {
  const byId = new Map(objects.map((object) => [object.id, object]));
  const ordered = new Set<MeshObject>();
  const open = new Set<MeshObject>();
  const visit = (object: MeshObject): void => {
    if (ordered.has(object)) return;
    if (open.has(object)) throw new Error(`${object.id} comes after itself`);
    open.add(object);
    for (const id of object.after) {
      const other = byId.get(id);
      if (other !== undefined) visit(other);
    }
    ordered.add(object);
  };
  for (const object of objects) visit(object);
  return [...ordered];
}
