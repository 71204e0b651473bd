/** The Pulumi program of every stack: the Online Boutique's mesh, with the settings of the stack that runs. Values and wiring, no logic. */
import { Provider } from "@pulumi/kubernetes";
import {
  configuredSettings,
  deployedObjects,
  deployedRelease,
  loadLock,
  MeshPlatform,
  prepareStack,
  renderMesh,
} from "meshwright/pulumi";
import { releaseCatalogue } from "meshwright/releases";
import boutique from "./meshes/online-boutique.ts";

const project = new URL("../", import.meta.url);
const settings = configuredSettings();
const { environment, owner } = settings;
const { context } = settings.cluster;
const mesh = renderMesh(boutique, { environment, owner, deployed: await deployedObjects({ context }) });

const args = await prepareStack({
  settings,
  mesh,
  catalogue: releaseCatalogue,
  lock: loadLock(new URL("mesh.lock.json", project)),
  project,
  deployed: await deployedRelease(),
});

const cluster = new Provider("cluster", {
  ...(context === undefined ? {} : { context }),
  // Nothing else may make Pulumi take it for another cluster, and replace all that is deployed.
  clusterIdentifier: context ?? "current",
  // A changed certificate changes its secret; replaced, it would be gone for a moment.
  enableSecretMutable: true,
  enableConfigMapMutable: true,
  // What somebody changed by hand is put back; without this, Pulumi stops at a conflict with them.
  enablePatchForce: true,
  // The provider's own 50 requests a second make a thousand objects take 20 s in a preview and as long again in `up`.
  kubeClientSettings: { qps: 1_000, burst: 2_000 },
});

const platform = new MeshPlatform("boutique", args, { provider: cluster });

export const { addresses, graph, trustBundle } = platform;
export const { revision, version } = platform.controlPlane;
/** What the next deployment compares its own with. */
export const release = settings.controlPlane.kind === "install" ? settings.controlPlane.release : undefined;
