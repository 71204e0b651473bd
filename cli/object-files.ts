/**
 * Owns how rendered objects of Kubernetes become files, as GitOps tools read them: a folder per namespace, in it one file for each
 * service, gateway and external service, and a kustomization that names them all.
 */
import { stringify } from "yaml";
import type { KubernetesObject, MeshObject } from "../components/engines/kubernetes.ts";
import { sortedBy } from "../components/values/order.ts";
import { FolderWriter, type Written } from "./written-folder.ts";

export function writeObjects(objects: readonly MeshObject[], folder: string): Written {
  const writer = new FolderWriter(folder);
  const files = sortedBy(
    Map.groupBy(
      objects.map(({ object }) => object),
      fileOf,
    ),
    ([path]) => path,
  );
  for (const [path, own] of files) writer.write(path, formatObjects(own));
  writer.write("kustomization.yaml", kustomization(files.map(([path]) => path)));
  return writer.written({ objects: objects.length });
}

/** Read as YAML 1.1, as Kubernetes does, and as 1.2: a text that looks like a number, a date or a truth stays a text. */
const YAML = { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" } as const;

/** Documents in the order in which they are applied. */
export const formatObjects = (objects: readonly KubernetesObject[]): string =>
  objects.map((object) => stringify(object, YAML)).join("---\n");

function fileOf({ kind, metadata: { name, namespace = "cluster", labels = {} } }: KubernetesObject): string {
  const owner = labels["app.kubernetes.io/name"] ?? `${name}.${kind.toLowerCase()}`;
  const isExternal = labels["app.kubernetes.io/component"] === "external";
  return `${namespace}/${isExternal ? "external." : ""}${owner}.yaml`;
}

const kustomization = (resources: readonly string[]): string =>
  stringify({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources });
