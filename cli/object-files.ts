/**
 * Owns how rendered objects of Kubernetes become files, as GitOps tools read them: a folder per namespace, in it one file for each
 * service, gateway and external service, and a kustomization that names them all.
 */
import { Document, stringify, visit } from "yaml";
import type { KubernetesObject, MeshObject } from "../components/engines/kubernetes.ts";
import { sortedBy } from "../components/values/order.ts";
import { FolderWriter, type Written } from "./written-folder.ts";

export const KUSTOMIZATION = "kustomization.yaml";

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
  writer.write(KUSTOMIZATION, kustomization(files.map(([path]) => path)));
  return writer.written({ objects: objects.length });
}

/** Documents in the order in which they are applied. */
export const formatObjects = (objects: readonly KubernetesObject[]): string => objects.map(formatObject).join("---\n");

/**
 * Read as YAML 1.1, as Kubernetes does, and as 1.2: a text that looks like a number, a date or a truth stays a text, and so do the
 * characters that end a line or are refused in 1.1 alone; they are escaped, which only a quoted text can be.
 */
function formatObject(object: KubernetesObject): string {
  const document = new Document(object, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "string" && scalar.value.search(UNREADABLE) >= 0) scalar.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0 }).replaceAll(UNREADABLE, escaped);
}

/** Control characters beyond ASCII's first, next line, line and paragraph separator, byte order mark. */
const UNREADABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

function fileOf({ kind, metadata: { name, namespace = "cluster", labels = {} } }: KubernetesObject): string {
  const owner = labels["app.kubernetes.io/name"] ?? `${name}.${kind.toLowerCase()}`;
  const isExternal = labels["app.kubernetes.io/component"] === "external";
  return `${namespace}/${isExternal ? "external." : ""}${owner}.yaml`;
}

const kustomization = (resources: readonly string[]): string =>
  stringify({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources });
