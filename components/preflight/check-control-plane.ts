/** Who injects sidecars, and into which namespaces: no two may claim the same. */

import type { ExistingSettings, InstallSettings } from "../deployment/settings.ts";
import { compareVersions, minorOf, parseVersion } from "../deployment/version.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { belongsTo, isOurInstallation } from "../engines/istio/ownership.ts";
import { revisionOf } from "../engines/istio/versions.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { ModelPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { distinct } from "../values/order.ts";
import {
  namespaceClaimed,
  namespaceThere,
  otherControlPlane,
  revisionClaimed,
  revisionMissing,
  trustDomainDiffers,
  versionDiffers,
} from "./codes.ts";
import type { Deployment } from "./deployment.ts";
import { ownNamespacesOf } from "./questions.ts";
import type { ClusterSnapshot, SeenInjector, SeenNamespace } from "./snapshot.ts";

export const checkControlPlane = (snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] => {
  const { controlPlane } = deployment.settings;
  return [
    ...(controlPlane.kind === "existing"
      ? checkExisting(snapshot, controlPlane, deployment.mesh)
      : checkInstall(snapshot, controlPlane, deployment)),
    ...checkNamespaces(snapshot, deployment),
  ];
};

// --- a control plane of somebody else ------------------------------------------------------------------------------

function checkExisting(
  { injectors, controlPlanes, unread }: ClusterSnapshot,
  { revision, version }: ExistingSettings,
  mesh: MeshIr,
): readonly Diagnostic[] {
  const at = (key: string): { readonly path: ModelPath } => ({ path: ["controlPlane", key] });
  const found = injectorOf(injectors, { revision });
  if (found === undefined) {
    if (unread.includes(INJECTORS)) return [];
    const known = distinct(injectors.flatMap((one) => [one.revision, ...(one.tag === undefined ? [] : [one.tag])]));
    const args = { revision, nearest: nearest(revision, known) ?? "", known };
    return [diagnose(revisionMissing, args, { ...at("revision"), got: revision })];
  }
  const told: Diagnostic[] = [];
  const { trustDomain = mesh.trustDomain } = found;
  if (trustDomain !== mesh.trustDomain) {
    const args = { revision, found: trustDomain, stated: mesh.trustDomain };
    told.push(diagnose(trustDomainDiffers, args, { ...at("revision"), got: revision }));
  }
  const running = controlPlanes.find((one) => one.revision === found.revision)?.version;
  // A managed one has no Deployment here, and some builds have no version for a tag.
  if (running === undefined || parseVersion(running) === undefined) return told;
  if (compareVersions(minorOf(running), minorOf(version)) === 0) return told;
  const args = { revision, found: running, stated: version };
  return [...told, diagnose(versionDiffers, args, { ...at("version"), got: version })];
}

/** Which of them serves namespaces with this label. */
export const injectorOf = (
  injectors: readonly SeenInjector[],
  { revision }: Pick<ExistingSettings, "revision">,
): SeenInjector | undefined => injectors.find((one) => one.revision === revision || one.tag === revision);

/** What could not be read is named by these. */
export const INJECTORS = "webhooks that inject sidecars";
export const CONTROL_PLANES = "control planes";

// --- one of our own ------------------------------------------------------------------------------------------------

function checkInstall(
  { injectors, controlPlanes }: ClusterSnapshot,
  { tag }: InstallSettings,
  { release }: Deployment,
): readonly Diagnostic[] {
  const planes = controlPlanes
    .filter(({ labels }) => !isOurInstallation(labels))
    .map(({ namespace, name, revision }) => `${namespace}/${name} (revision ${revision})`);
  if (planes.length > 0) return [diagnose(otherControlPlane, { planes }, { path: ["controlPlane", "kind"] })];
  const revision = release === undefined ? undefined : revisionOf(release.istio.version);
  return injectors
    .filter(({ labels }) => !isOurInstallation(labels))
    .flatMap((one) => {
      const claims =
        one.tag === tag ? `the tag ${tag}` : one.revision === revision ? `the revision ${revision}` : undefined;
      if (claims === undefined) return [];
      const at = { path: ["controlPlane", one.tag === tag ? "tag" : "release"] };
      return [diagnose(revisionClaimed, { injector: `MutatingWebhookConfiguration ${one.name}`, claims }, at)];
    });
}

// --- namespaces ----------------------------------------------------------------------------------------------------

function checkNamespaces(snapshot: ClusterSnapshot, deployment: Deployment): readonly Diagnostic[] {
  const { settings } = deployment;
  const own = snapshot.namespaces.filter(({ name }) => ownNamespacesOf(deployment).includes(name));
  const others = own.filter((one) => !isOurs(one, snapshot, deployment));
  const claimed = own.flatMap((one) => checkLabels(one, others.includes(one), deployment));
  const made = settings.namespaces === "create" ? others.map(({ name }) => name) : [];
  return made.length === 0
    ? claimed
    : [...claimed, diagnose(namespaceThere, { namespaces: made }, { path: ["namespaces"] })];
}

/** Made by the mesh, or deployed to before: then its labels are ours to change. */
export const isOurs = (
  { name, labels }: SeenNamespace,
  { objects }: ClusterSnapshot,
  { mesh }: Pick<Deployment, "mesh">,
): boolean =>
  belongsTo(mesh.name, labels) ||
  objects.some((object) => object.namespace === name && belongsTo(mesh.name, object.labels));

function checkLabels(
  { name, labels }: SeenNamespace,
  isOther: boolean,
  { settings: { controlPlane } }: Deployment,
): readonly Diagnostic[] {
  const wanted = controlPlane.kind === "existing" ? controlPlane.revision : controlPlane.tag;
  const { "istio.io/rev": revision, "istio-injection": injection } = labels;
  const claim = (label: string, remedy: string): Diagnostic =>
    diagnose(
      namespaceClaimed,
      { namespace: name, label, wanted: `wants istio.io/rev=${wanted}`, remedy },
      { path: ["namespaces"] },
    );
  // It wins over a revision, whoever has written it.
  if (injection !== undefined)
    return [claim(`istio-injection=${injection}`, `kubectl label namespace ${name} istio-injection-`)];
  if (revision === undefined || revision === wanted || !isOther) return [];
  return [
    claim(
      `istio.io/rev=${revision}`,
      `use that control plane, or take the label away: kubectl label namespace ${name} istio.io/rev-`,
    ),
  ];
}
