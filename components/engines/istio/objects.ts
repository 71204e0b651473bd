/** Objects of Kubernetes as the kit makes them: metadata, ids, and what must be there before them. */
import type { MeshIr } from "../../ir/mesh-ir.ts";
import type { Json, JsonObject } from "../../values/json.ts";
import type { KubernetesObject, MeshObject } from "../kubernetes.ts";
import { apiVersions, type IstioKind } from "./order.ts";
import { ownerNote, ownLabels } from "./ownership.ts";
import { sortedLabels } from "./workloads.ts";

/** Whom an object belongs to: a service, a gateway, or the callers of an external service in one namespace. */
export interface Owner {
  readonly component: "service" | "gateway" | "external";
  readonly namespace: string;
  readonly name: string;
  readonly owner?: string | undefined;
}

export interface ObjectOptions {
  /** @default the owner's name */
  readonly name?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly after?: readonly string[] | undefined;
}

/** Makes the objects of one mesh. */
export type ObjectMaker = (
  kind: IstioKind,
  owner: Owner,
  spec: Readonly<Record<string, Json | undefined>>,
  options?: ObjectOptions,
) => MeshObject;

export const objectMaker =
  ({ name: mesh }: MeshIr): ObjectMaker =>
  (kind, { component, namespace, name, owner }, spec, { name: own = name, annotations, after = [] } = {}) => ({
    id: objectId(namespace, own, kind),
    ...(owner === undefined ? {} : { owner }),
    after,
    object: {
      apiVersion: apiVersions[kind],
      kind,
      metadata: {
        name: own,
        namespace,
        labels: sortedLabels({
          "app.kubernetes.io/component": component,
          "app.kubernetes.io/name": name,
          ...ownLabels(mesh),
        }),
        ...notes(ownerNote(owner), annotations),
      },
      spec: present(spec),
    },
  });

/** Annotations, where there are any. */
export function notes(...all: readonly (Readonly<Record<string, string>> | undefined)[]) {
  const annotations = Object.assign({}, ...all) as Readonly<Record<string, string>>;
  return Object.keys(annotations).length === 0 ? {} : { annotations: sortedLabels(annotations) };
}

export const objectId = (namespace: string, name: string, kind: IstioKind): string => `${namespace}/${name}/${kind}`;

/** Without the fields that have no value: an explicit null means something else to Kubernetes. */
export const present = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined));

/** The namespaces whose proxies follow a route, read off it: what `exportTo` below has written. */
export function followersOf({ metadata: { namespace = "" }, spec }: KubernetesObject): readonly string[] {
  const { exportTo = ["."] } = spec as unknown as { readonly exportTo?: readonly string[] };
  return exportTo.map((one) => (one === "." ? namespace : one));
}

/**
 * `exportTo`: the namespaces that need an object and no other. Nobody needs it elsewhere: just its own, which is never written by
 * name, since validation takes the two spellings for duplicates.
 */
export function exportTo(own: string, namespaces: Iterable<string>): readonly string[] {
  const others = new Set(namespaces);
  const here = others.delete(own) || others.size === 0;
  return [...(here ? ["."] : []), ...[...others].sort()];
}
