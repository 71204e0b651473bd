/**
 * Two stacks with two owners of one mesh on one cluster, with Pulumi's real engine and a real API server: whichever comes first, no object
 * is in both, nothing is left to do, and neither finds drift.
 */
import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes";
import { existing, MeshPlatform, renderMesh } from "meshwright/pulumi";
import { owners, twoOwners } from "../../unit/platform/two-owners.ts";
import { changesOf, type Operation } from "./pulumi-engine.ts";
import { describePulumi } from "./pulumi-suite.ts";

describePulumi("cluster: stacks of two owners", (cluster) => {
  /** What an operation of an owner's stack did. */
  async function run(operation: Operation, owner: string): Promise<ReadonlyMap<string, string>> {
    const { engine, kubernetes } = cluster();
    const stack = await engine.stack("shop", owner, async () => {
      const provider = new Provider("cluster", { kubeconfig: kubernetes.kubeconfig });
      const mesh = renderMesh(twoOwners, { environment: "default", owner });
      const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
      new MeshPlatform("shop", { mesh, controlPlane }, { provider });
    });
    return changesOf(stack, operation);
  }

  const created = (changes: ReadonlyMap<string, string>): readonly string[] =>
    [...changes].flatMap(([resource, op]) => (op === "create" && resource.startsWith("kubernetes:") ? [resource] : []));

  for (const order of [owners, owners.toReversed()])
    it(`${order.join(", then ")}: no object in both, nothing to do the second time, no drift`, async () => {
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
        assert.equal((await cluster().kubernetes.api.get(`/api/v1/namespaces/${name}`)).kind, "refused", name);
    });
});
