/**
 * How what we deployed is told from what others did. A name proves nothing, and Pulumi's state is not at hand where a cluster is looked
 * at, so ownership is written on the objects: two labels on those of a mesh and the team that owns them, and on Istio's own the owner that
 * its charts have a value for.
 */
import type { KubernetesObject } from "../kubernetes.ts";
import type { Labels } from "./workloads.ts";

/** On every object of a mesh, and on every namespace that it makes. Other labels of an object are its own. */
export const ownLabels = (mesh: string): Labels => ({
  "app.kubernetes.io/managed-by": "meshwright",
  "app.kubernetes.io/part-of": mesh,
});

/**
 * Whoever of a mesh deployed it: this stack now or before (also under a name that it gives up now), or the stack of another owner of the
 * same mesh.
 */
export const belongsTo = (mesh: string, labels: Labels): boolean =>
  Object.entries(ownLabels(mesh)).every(([label, value]) => labels[label] === value);

/** An annotation, since a team's name may be any text: once a service has left the mesh, nothing else says whose stack holds its objects. */
const TEAM = "meshwright/owner";

export const ownerNote = (owner: string | undefined) => (owner === undefined ? undefined : { [TEAM]: owner });

export const ownerIn = ({ annotations = {} }: KubernetesObject["metadata"]): string | undefined => annotations[TEAM];

/** A policy with this annotation, `"true"`, is decided and counted, and refuses nobody. */
export const DRY_RUN = "istio.io/dry-run";

export const isDryRun = ({ annotations = {} }: Pick<KubernetesObject["metadata"], "annotations">): boolean =>
  annotations[DRY_RUN] === "true";

/** The charts' value `ownerName`. */
export const OWNER = "meshwright";

/** Of any stack of ours: a cluster has one control plane of ours, whose revisions come and go. */
export const isOurInstallation = (labels: Labels): boolean =>
  labels["install.operator.istio.io/owning-resource"] === OWNER;
