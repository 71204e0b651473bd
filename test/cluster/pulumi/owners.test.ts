/**
 * Two stacks with two owners of one mesh on one cluster, with Pulumi's real engine and a real API server: whichever comes first, no object
 * is in both, nothing is left to do, and neither finds drift.
 */
import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { existing, MeshPlatform, renderMesh } from "meshwright/pulumi";
import { owners, twoOwners } from "../../unit/platform/two-owners.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "../kubernetes.ts";
import { ProcessGroup } from "../process-group.ts";
import { describeWith } from "../with-parts.ts";
import { accessOf } from "./access-of.ts";
import { changesIn, type PulumiEngine, startEngine } from "./pulumi-engine.ts";
import { findPulumiParts } from "./pulumi-part.ts";

type Operation = "up" | "refresh" | "destroy";

describeWith("cluster: stacks of two owners", ["etcd", "kube-apiserver", "istio-crds"], (parts) => {
  let group: ProcessGroup;
  let kubernetes: Kubernetes;
  let engine: PulumiEngine;

  before(async function () {
    this.timeout(900_000);
    const own = findPulumiParts();
    if (own === undefined) return this.skip();
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    await applyCrds(kubernetes.api, [parts()["istio-crds"]]);
    await applyAll(kubernetes.api, [namespace("istio-system")]);
    engine = await startEngine(group, own, await accessOf(kubernetes));
    console.log(`    providers: ${engine.providers}`);
  });

  after(async () => {
    kubernetes?.api.close();
    await group?.stop();
  });

  /** What an operation of an owner's stack did. */
  async function run(operation: Operation, owner: string): Promise<ReadonlyMap<string, string>> {
    const stack = await engine.stack("shop", owner, async () => {
      const provider = new Provider("cluster", { kubeconfig: kubernetes.kubeconfig });
      const mesh = renderMesh(twoOwners, { environment: "default", owner });
      const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
      new MeshPlatform("shop", { mesh, controlPlane }, { provider });
    });
    const events: EngineEvent[] = [];
    await stack[operation]({ onEvent: (event: EngineEvent) => void events.push(event), suppressOutput: true } as never);
    return changesIn(events);
  }

  const created = (changes: ReadonlyMap<string, string>): readonly string[] =>
    [...changes].flatMap(([resource, op]) => (op === "create" && resource.startsWith("kubernetes:") ? [resource] : []));

  for (const order of [owners, owners.toReversed()])
    it(`${order.join(", then ")}: no object in both, nothing to do the second time, no drift`, async function () {
      this.timeout(900_000);
      const made: string[] = [];
      for (const owner of order) made.push(...created(await run("up", owner)));
      assert.equal(new Set(made).size, made.length);
      const expected = renderMesh(twoOwners, { environment: "default" }).objects.length;
      assert.equal(made.filter((resource) => resource.includes(".istio.io/")).length, expected);
      for (const operation of ["up", "refresh"] as const)
        for (const owner of owners)
          assert.deepEqual([...(await run(operation, owner))], [], `${operation} of ${owner}`);
      for (const owner of order) await run("destroy", owner);
      for (const name of ["shop", "billing"])
        assert.equal((await kubernetes.api.get(`/api/v1/namespaces/${name}`)).kind, "refused", name);
    });
});
