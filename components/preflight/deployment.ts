/** What is about to be deployed, as far as a cluster must agree with it. */
import type { Release } from "../deployment/release.ts";
import type { StackSettings } from "../deployment/settings.ts";
import type { MeshObject } from "../engines/kubernetes.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";

export interface Deployment {
  readonly settings: StackSettings;
  /** Absent where the control plane is somebody else's. */
  readonly release?: Release | undefined;
  readonly mesh: MeshIr;
  /** Those of the mesh that this stack registers. */
  readonly objects: readonly MeshObject[];
}

/** Of the objects of a whole mesh those that a stack registers: its owner's, where it has one. */
export const ownObjects = (objects: readonly MeshObject[], { owner }: StackSettings): readonly MeshObject[] =>
  owner === undefined ? objects : objects.filter((object) => object.owner === owner);
