/** Which objects of a mesh are larger than an API server stores: told with their size here, and not by the server in the middle of an `up`. */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { KubernetesObject, MeshObject } from "../engines/kubernetes.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { ModelPath } from "../values/model-path.ts";
import { objectTooLarge } from "./codes.ts";

/**
 * etcd takes requests of 1.5 MiB (`--max-request-bytes`), and the server stores an object with what it and others write into it: who owns
 * which field, a status. test/cluster/limits.test.ts asks a real one.
 *
 * @unit bytes of JSON
 */
export const LARGEST_OBJECT = 1_500_000;

export const checkObjectSizes = (mesh: MeshIr, objects: readonly MeshObject[]): readonly Diagnostic[] =>
  objects.flatMap(({ object }) => {
    const bytes = Buffer.byteLength(JSON.stringify(object));
    if (bytes <= LARGEST_OBJECT) return [];
    const { kind, metadata } = object;
    const args = { kind, name: `${metadata.namespace}/${metadata.name}`, bytes, most: LARGEST_OBJECT };
    return [diagnose(objectTooLarge, args, { path: placeOf(object, mesh), engine: "istio" })];
  });

/** The part of the mesh that it is made from, by its labels. */
function placeOf({ metadata: { namespace, labels = {} } }: KubernetesObject, mesh: MeshIr): ModelPath {
  const { services, gateways, externals } = mesh;
  const name = labels["app.kubernetes.io/name"];
  if (labels["app.kubernetes.io/component"] === "external")
    return externals.find(({ key }) => key === name)?.path ?? [];
  const parts = labels["app.kubernetes.io/component"] === "gateway" ? gateways : services;
  return parts.find((one) => one.namespace === namespace && one.name === name)?.path ?? [];
}
