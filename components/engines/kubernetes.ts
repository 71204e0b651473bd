/** Objects of Kubernetes as plain data: what the renderers of engines with a control plane return. */
import type { JsonObject } from "../values/json.ts";

export interface KubernetesObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent: the object belongs to no namespace. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** One object of a mesh, with what deploying it needs to know. */
export interface MeshObject {
  /** Lasting and unique in the mesh: made of model ids, never of an index. It becomes the logical name in Pulumi. */
  readonly id: string;
  /** The team whose stack registers it, where the model says so. */
  readonly owner?: string;
  /** The ids of the objects that must be there before it. */
  readonly after: readonly string[];
  /** Proxies must have taken everything else before it: it leads requests where none were led before. */
  readonly settled?: true;
  readonly object: KubernetesObject;
}
