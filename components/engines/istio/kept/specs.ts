/** Objects by what they say: those to deploy, and those that the cluster has stored. */
import type { KubernetesObject, MeshObject } from "../../kubernetes.ts";
import { hostOf } from "../names.ts";
import { notes, objectId } from "../objects.ts";
import type { IstioKind } from "../order.ts";
import { DRY_RUN, ownerIn, ownerNote } from "../ownership.ts";

export const specOf = <T>({ spec }: KubernetesObject): T => spec as unknown as T;

/** The objects of a kind, with their ids and specs. */
export const specsOf = <T>(objects: readonly KubernetesObject[], kind: IstioKind) =>
  objects
    .filter((object) => object.kind === kind)
    .map((object) => ({ id: idOf(object), object, spec: specOf<T>(object) }));

/** Each version of a service may have objects of its own; the label names the service. */
export const hostNamedBy = ({ metadata: { namespace = "", labels = {} } }: KubernetesObject): string =>
  hostOf({ name: labels["app.kubernetes.io/name"] ?? "", namespace });

export const idOf = ({ kind, metadata: { namespace = "", name } }: KubernetesObject): string =>
  objectId(namespace, name, kind as IstioKind);

export const withSpec = (one: MeshObject, fields: object): MeshObject => ({
  ...one,
  object: { ...one.object, spec: { ...specOf<object>(one.object), ...fields } } as KubernetesObject,
});

/** As it was rendered: without what the cluster wrote into it, and its owner's still. */
export const rendered = (id: string, { apiVersion, kind, metadata, spec }: KubernetesObject): MeshObject => {
  const { name, namespace, labels } = metadata;
  const owner = ownerIn(metadata);
  const { [DRY_RUN]: dryRun } = metadata.annotations ?? {};
  // A policy that refused nobody must not begin to while its service leaves.
  const own = dryRun === undefined ? undefined : { [DRY_RUN]: dryRun };
  const plain = { name, namespace, labels, ...notes(own, ownerNote(owner)) };
  const object = { apiVersion, kind, metadata: plain, spec } as unknown as KubernetesObject;
  return { id, ...(owner === undefined ? {} : { owner }), after: [], object };
};
