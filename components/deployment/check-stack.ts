/**
 * Everything that can be said about a stack before anything is deployed: its settings, against its release, its lock file, its mesh and
 * the objects that the mesh becomes. Pure; `mesh check --stack` and the Pulumi program ask the same rules.
 */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/report.ts";
import { istioCharts } from "../engines/istio/versions.ts";
import type { MeshObject } from "../engines/kubernetes.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { nearest } from "../values/name.ts";
import { distinct } from "../values/order.ts";
import { checkOwner } from "./check-owner.ts";
import { checkEngineRelease, checkGatewayApi, checkKubernetes, checkStep, findRelease } from "./check-release.ts";
import {
  chartsNotLocked,
  engineNotInstalled,
  foreignGateway,
  imagesNotLocked,
  meshWideObject,
  rootTwice,
  unknownGateway,
  unknownSigner,
} from "./codes.ts";
import { imageNames, imagePlace, namedByDigest } from "./images.ts";
import type { Lock } from "./lock.ts";
import type { Release, ReleaseCatalogue } from "./release.ts";
import type { AuthoritySettings, ImageSettings, StackSettings } from "./settings.ts";

export interface StackToCheck {
  readonly settings: StackSettings;
  readonly catalogue: ReleaseCatalogue;
  readonly lock: Lock;
  /** The mesh in the stack's environment; absent: only the settings are checked. */
  readonly mesh?: MeshIr | undefined;
  /** The release that the stack deployed last, where that is known. */
  readonly deployed?: string | undefined;
}

export function checkStack(stack: StackToCheck): readonly Diagnostic[] {
  const { settings, mesh } = stack;
  return sortDiagnostics([
    ...checkEngineChoice(settings),
    ...checkControlPlane(stack),
    ...checkAuthority(settings.certificateAuthority),
    ...(mesh === undefined ? [] : checkOwner(mesh, settings.owner)),
    ...(mesh === undefined ? [] : checkGateways(settings.gateways, mesh, settings.owner)),
  ]);
}

const checkEngineChoice = ({ engine }: StackSettings): readonly Diagnostic[] =>
  engine === "istio"
    ? []
    : [diagnose(engineNotInstalled, { engine, engines: ["istio"] }, { path: ["engine"], got: engine })];

function checkControlPlane({ settings, catalogue, lock, mesh, deployed }: StackToCheck): readonly Diagnostic[] {
  const { controlPlane, images, cluster } = settings;
  const residents = mesh === undefined ? [] : checkResidents(mesh, rootOf(controlPlane));
  if (controlPlane.kind === "existing")
    return [
      ...(mesh === undefined ? [] : checkEngineRelease(mesh, controlPlane.version, ["controlPlane", "version"])),
      ...residents,
    ];
  const release = findRelease(catalogue, controlPlane.release);
  if (!("istio" in release)) return [release, ...residents];
  return [
    ...residents,
    ...checkStep(catalogue, deployed, release),
    ...(mesh === undefined ? [] : checkEngineRelease(mesh, release.istio.version, ["controlPlane", "release"])),
    ...checkKubernetes(release, cluster),
    ...checkGatewayApi(cluster.gatewayApi ?? release.gatewayApi.version, ["istio", ...cluster.engines]),
    ...checkLocked(release, images, lock),
  ];
}

/** Where not even the charts are locked, one remedy is enough. */
function checkLocked(release: Release, images: ImageSettings, lock: Lock): readonly Diagnostic[] {
  const charts = checkCharts(release, lock);
  return charts.length > 0 ? charts : checkImages(release, images, lock);
}

function checkCharts(release: Release, lock: Lock): readonly Diagnostic[] {
  const locked = lock.releases[release.name]?.charts ?? {};
  const charts = istioCharts.filter((chart) => locked[chart]?.version !== release.istio.charts[chart]);
  if (charts.length === 0) return [];
  return [diagnose(chartsNotLocked, { charts, release: release.name }, { path: ["controlPlane", "release"] })];
}

/** By what they are called: another tag of the same image is another image. */
function checkImages(release: Release, settings: ImageSettings, lock: Lock): readonly Diagnostic[] {
  const place = imagePlace(release.istio, settings);
  const locked = lock.releases[release.name]?.images ?? {};
  const images = namedByDigest(place) ? imageNames(place).filter((name) => !Object.hasOwn(locked, name)) : [];
  if (images.length === 0) return [];
  return [diagnose(imagesNotLocked, { images, release: release.name }, { path: ["controlPlane", "release"] })];
}

/** The root namespace of a mesh, and whose it is. */
export interface RootNamespace {
  readonly kind: "install" | "existing";
  readonly name: string;
}

const rootOf = (controlPlane: StackSettings["controlPlane"]): RootNamespace => ({
  kind: controlPlane.kind,
  name: controlPlane.kind === "existing" ? controlPlane.rootNamespace : controlPlane.namespace,
});

/** What lies in the root namespace holds for every workload of the cluster. */
export const checkMeshWide = (objects: readonly MeshObject[], root: RootNamespace): readonly Diagnostic[] =>
  objects.filter(({ object }) => object.metadata.namespace === root.name).map(({ id }) => meshWide(id, root));

/** The same, before anything is rendered: objects lie in the namespaces of what they are about. */
const checkResidents = ({ services, gateways }: MeshIr, root: RootNamespace): readonly Diagnostic[] =>
  [...services, ...gateways].filter(({ namespace }) => namespace === root.name).map(({ id }) => meshWide(id, root));

function meshWide(object: string, { kind, name: namespace }: RootNamespace): Diagnostic {
  const path = ["controlPlane", kind === "existing" ? "rootNamespace" : "namespace"];
  return diagnose(meshWideObject, { object, namespace, kind }, { path, got: namespace });
}

export function checkAuthority(authority: AuthoritySettings): readonly Diagnostic[] {
  if (authority.kind !== "generated") return [];
  const { signer, roots } = authority;
  const known = roots.map(String);
  const twice = distinct(known.filter((root, index) => known.indexOf(root) < index)).map(Number);
  return [
    ...twice.map((root) =>
      diagnose(rootTwice, { root, roots: known }, { path: ["certificateAuthority", "roots"], got: roots }),
    ),
    ...(roots.includes(signer)
      ? []
      : [diagnose(unknownSigner, { signer, roots: known }, { path: ["certificateAuthority", "signer"], got: signer })]),
  ];
}

/** `owner`: whose gateways the stack deploys; all where there is none. */
export const checkGateways = (
  gateways: StackSettings["gateways"],
  mesh: MeshIr,
  owner: string | undefined,
): readonly Diagnostic[] => Object.keys(gateways).flatMap((name) => checkGateway(name, mesh, owner));

export function checkGateway(name: string, mesh: MeshIr, owner: string | undefined): readonly Diagnostic[] {
  const at = { path: ["gateways", name], got: name };
  const known = mesh.gateways.map(({ key }) => key);
  const gateway = mesh.gateways.find(({ key }) => key === name);
  if (gateway === undefined)
    return [diagnose(unknownGateway, { name, nearest: nearest(name, known) ?? "", known }, at)];
  return owner === undefined || gateway.owner === owner ? [] : [diagnose(foreignGateway, { name, owner }, at)];
}
