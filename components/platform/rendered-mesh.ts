/** A mesh as every component takes it: checked, resolved, and as the objects of its engine. */
import { log, RunError } from "@pulumi/pulumi";
import { checkOwner } from "../deployment/check-owner.ts";
import { unknownEnvironment } from "../deployment/codes.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { meshNamespaces } from "../engines/istio/install.ts";
import { keepReached } from "../engines/istio/kept/kept.ts";
import type { Removal } from "../engines/istio/kept/removals.ts";
import { type MeshPart, partOfKind } from "../engines/istio/parts.ts";
import type { Labels } from "../engines/istio/workloads.ts";
import type { KubernetesObject, MeshObject } from "../engines/kubernetes.ts";
import type { GatewayIr, MeshIr } from "../ir/mesh-ir.ts";
import { isOwnedBy, namespaceOwners } from "../ir/owners.ts";
import type { Mesh } from "../model/mesh.ts";
import { compile } from "../passes/compile.ts";
import { checkObjectSizes } from "../passes/object-sizes.ts";
import { checkEngine, istioObjects } from "../passes/render.ts";
import type { CalendarDate } from "../values/calendar-date.ts";
import { nearest } from "../values/name.ts";
import { refuseErrors } from "./refuse.ts";

export interface RenderedMesh {
  /** The whole mesh, whoever owns its parts. */
  readonly ir: MeshIr;
  /** Whose part of it is deployed; absent: all of it. */
  readonly owner?: string | undefined;
  /** The objects of that part. */
  readonly objects: readonly MeshObject[];
  /** What the next deployment of that part will take away: routes that are deployed still lead there. */
  readonly removals: readonly Removal[];
}

export interface RenderMeshOptions {
  /** One of the mesh's environments. */
  readonly environment: string;
  /** The team whose part is deployed; the others' parts are checked with it and belong to their stacks. @default the whole mesh */
  readonly owner?: string | undefined;
  /** The day on which dates are judged; without it none is. */
  readonly asOf?: CalendarDate | undefined;
  /** What is in the cluster (`deployedObjects`); without it requests that follow a route which moves may be lost. */
  readonly deployed?: readonly KubernetesObject[] | undefined;
}

/**
 * Compiles a mesh and renders it for Istio; a mesh with errors ends the program before anything is created.
 *
 * @errors MW5012 no such environment · MW5126 no such owner · MW5127 something belongs to nobody · MW3011 the mesh was never checked
 * against Istio · MW4000 an object that no API server stores · every error of the mesh itself
 * @example renderMesh(shop, { environment: "prod" })
 */
export function renderMesh(mesh: Mesh, { environment, owner, asOf, deployed = [] }: RenderMeshOptions): RenderedMesh {
  refuseErrors(checkEnvironment(mesh, environment));
  const { ir, diagnostics } = compile(mesh.at(environment), { environment, asOf });
  refuseErrors([...diagnostics, ...(ir === undefined ? [] : checkEngine(ir, "istio"))]);
  // Of the whole mesh: a route of one owner leads to what another one keeps.
  const kept = keepReached(istioObjects(ir as MeshIr), deployed.filter(isOf(ir as MeshIr)));
  refuseErrors(checkObjectSizes(ir as MeshIr, kept.objects));
  const rendered = ownedPart({ ir: ir as MeshIr, ...kept }, owner);
  sayPending(rendered.removals);
  return rendered;
}

/** A cluster may hold several meshes. */
const isOf =
  ({ name }: MeshIr) =>
  ({ metadata: { labels = {} } }: KubernetesObject): boolean =>
    labels["app.kubernetes.io/part-of"] === name;

/** In the log of every preview and `up`: the state is not yet the one that the mesh describes. */
function sayPending(removals: readonly Removal[]): void {
  if (removals.length === 0) return;
  const lines = removals.map(({ what }) => `\n  ${what}`).join("");
  const count = removals.length === 1 ? "1 removal" : `${removals.length} removals`;
  void log.info(`${count} pending: what is deployed still leads there, the next up removes it${lines}`);
}

/** The part of a mesh that one team owns. */
export function ownedPart(mesh: RenderedMesh, owner: string | undefined): RenderedMesh {
  if (owner === undefined || owner === mesh.owner) return mesh;
  if (mesh.owner !== undefined)
    throw new RunError(`the mesh was rendered for ${mesh.owner}, and is deployed for ${owner}`);
  refuseErrors(checkOwner(mesh.ir, owner));
  const isOwn = isOwnedBy(owner);
  return { ...mesh, owner, objects: mesh.objects.filter(isOwn), removals: mesh.removals.filter(isOwn) };
}

/** The gateways of that part. */
export const ownedGateways = ({ ir, owner }: RenderedMesh): readonly GatewayIr[] =>
  ir.gateways.filter(isOwnedBy(owner));

/** The namespaces of that part, as they must be labelled for injection; `own`: what else those we make carry. */
export function ownedNamespaces(
  { ir, owner }: RenderedMesh,
  revision: string,
  own: Labels = {},
): readonly KubernetesObject[] {
  const owners = namespaceOwners(ir);
  return meshNamespaces([...ir.services, ...ir.gateways], revision, own).filter(
    ({ metadata }) => owner === undefined || owners.get(metadata.name) === owner,
  );
}

/** The objects of one part. A kind without a part is our own bug: its objects would silently be left out. */
export const objectsOf = ({ objects }: RenderedMesh, part: MeshPart): readonly MeshObject[] =>
  objects.filter(({ object }) => partOf(object.kind) === part);

function partOf(kind: string): MeshPart {
  if (!Object.hasOwn(partOfKind, kind)) throw new Error(`${kind} belongs to no part of a platform`);
  return partOfKind[kind as keyof typeof partOfKind];
}

function checkEnvironment({ environments }: Mesh, name: string): readonly Diagnostic[] {
  if (environments.includes(name)) return [];
  const args = { name, nearest: nearest(name, environments) ?? "", known: environments };
  return [diagnose(unknownEnvironment, args, { path: [], got: name })];
}
