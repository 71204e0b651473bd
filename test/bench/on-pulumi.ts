/** What the benches of Pulumi run on: a real API server with Istio's kinds, and Pulumi's real engine. */
import { applyCrds, startKubernetes } from "../cluster/kubernetes.ts";
import { findParts } from "../cluster/parts/find-parts.ts";
import { ProcessGroup } from "../cluster/process-group.ts";
import { accessOf } from "../cluster/pulumi/access-of.ts";
import { startEngine } from "../cluster/pulumi/pulumi-engine.ts";
import { PULUMI_PARTS } from "../cluster/pulumi/pulumi-part.ts";
import type { PulumiCluster } from "../cluster/pulumi/pulumi-suite.ts";

/** @returns the lines of the bench, or why it cannot run */
export async function onPulumi(
  bench: (cluster: PulumiCluster) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const parts = await findParts(["etcd", "kube-apiserver", "istio-crds", ...PULUMI_PARTS]);
  if (parts.kind === "missing")
    return [`skipped: no ${parts.missing.join(", ")}; \`npm run test:cluster\` builds them and says why it cannot`];
  const group = await ProcessGroup.create();
  try {
    const kubernetes = await startKubernetes(group, parts.paths);
    await applyCrds(kubernetes.api, [parts.paths["istio-crds"]]);
    const engine = await startEngine(group, parts.paths, await accessOf(kubernetes));
    return await bench({ group, kubernetes, engine });
  } finally {
    await group.stop();
  }
}
