/** A suite of Pulumi's real engine: before it a real API server with Istio's kinds and namespace; every test has the time to deploy. */
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "../kubernetes.ts";
import type { Parts } from "../parts/find-parts.ts";
import { ProcessGroup } from "../process-group.ts";
import { describeWith } from "../with-parts.ts";
import { accessOf } from "./access-of.ts";
import { type PulumiEngine, startEngine } from "./pulumi-engine.ts";
import { PULUMI_PARTS } from "./pulumi-part.ts";

export interface PulumiCluster {
  readonly group: ProcessGroup;
  readonly kubernetes: Kubernetes;
  readonly engine: PulumiEngine;
}

const PATIENCE = 900_000;

/** `enablePatchForce` of the provider in stacks/main.ts: the doubles learn of no provider's settings, but of its environment. */
const AS_IN_STACKS = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };

/** `more`: what it needs besides. */
export function describePulumi<Name extends string = never>(
  title: string,
  tests: (cluster: () => PulumiCluster, parts: () => Parts<Name>) => void,
  more: readonly Name[] = [],
): void {
  describeWith(
    title,
    ["etcd", "kube-apiserver", "istio-crds", ...PULUMI_PARTS, ...more] as const,
    (parts) => {
      let group: ProcessGroup | undefined;
      let cluster: PulumiCluster | undefined;

      before(async () => {
        group = await ProcessGroup.create();
        const kubernetes = await startKubernetes(group, parts());
        await applyCrds(kubernetes.api, [parts()["istio-crds"]]);
        await applyAll(kubernetes.api, [namespace("istio-system")]);
        const engine = await startEngine(group, parts(), await accessOf(kubernetes), AS_IN_STACKS);
        console.log(`    providers: ${engine.providers}`);
        cluster = { group, kubernetes, engine };
      });

      after(async () => {
        cluster?.kubernetes.api.close();
        await group?.stop();
      });

      tests(() => cluster as PulumiCluster, parts);
    },
    PATIENCE,
  );
}
