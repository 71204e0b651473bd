/**
 * From the settings of a stack to the arguments of its platform: everything is checked, charts are here and are the locked ones, and the
 * cluster will take what is deployed.
 */
import { fileURLToPath } from "node:url";
import { placeIn } from "../charts/find-chart.ts";
import { obtainCharts } from "../charts/obtain-charts.ts";
import { checkStack } from "../deployment/check-stack.ts";
import type { Lock } from "../deployment/lock.ts";
import type { Release, ReleaseCatalogue } from "../deployment/release.ts";
import type { InstallSettings, StackSettings } from "../deployment/settings.ts";
import { askIstiod } from "./ask-istiod.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { existing, type Install, install, namespaceOf } from "./control-plane.ts";
import type { MeshPlatformArgs } from "./mesh-platform.ts";
import { preflight } from "./preflight.ts";
import { refuseErrors } from "./refuse.ts";
import { ownedPart, type RenderedMesh } from "./rendered-mesh.ts";

export interface StackToPrepare {
  readonly settings: StackSettings;
  readonly catalogue: ReleaseCatalogue;
  readonly lock: Lock;
  readonly mesh: RenderedMesh;
  /** The folder of the project, in which Pulumi.yaml lies. */
  readonly project: URL;
  /** The release that the stack deployed last. */
  readonly deployed?: string | undefined;
  /** The cluster, as the stack's provider reaches it. @default the stack's context in the kubeconfig that `kubectl` finds */
  readonly cluster?: ClusterAccess | undefined;
}

export async function prepareStack(stack: StackToPrepare): Promise<MeshPlatformArgs> {
  const args = await prepareUnasked(stack);
  const { settings, cluster: { kubeconfig, context = settings.cluster.context } = {} } = stack;
  const { mesh, controlPlane: plane } = args;
  const release = plane.kind === "install" ? plane.release : undefined;
  const access: ClusterAccess = { kubeconfig, context };
  await preflight({ settings, release, mesh: mesh.ir, objects: mesh.objects }, access);
  return { ...args, settle: askIstiod({ ...access, rootNamespace: namespaceOf(plane) }) };
}

/** The same without asking the cluster: for whoever is not told how it is reached. */
export async function prepareUnasked(stack: StackToPrepare): Promise<MeshPlatformArgs> {
  const { settings } = stack;
  const { controlPlane, certificateAuthority, gateways, namespaces, owner } = settings;
  refuseErrors(checkStack({ ...stack, mesh: stack.mesh.ir }));
  const mesh = ownedPart(stack.mesh, owner);
  const plane = controlPlane.kind === "existing" ? existing(controlPlane) : await prepareInstall(stack, controlPlane);
  return { mesh, controlPlane: plane, certificateAuthority, gateways, namespaces };
}

async function prepareInstall(
  stack: StackToPrepare,
  { size, namespace, tag, ...pinned }: InstallSettings,
): Promise<Install> {
  const { settings, catalogue, lock, project } = stack;
  // `checkStack` has refused every other name.
  const release = catalogue[pinned.release] as Release;
  const obtained = await obtainCharts(release, lock, placeIn(fileURLToPath(project), settings.charts));
  if (obtained.kind === "verified") {
    const { images } = settings;
    return install({ release, charts: obtained.charts, images, size, namespace, tag });
  }
  refuseErrors(obtained.diagnostics);
  throw new Error("charts were refused without an error");
}
