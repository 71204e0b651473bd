/**
 * What is removed from a mesh goes at a later `up` (docs/decisions/0009), with Pulumi's real engine and a real API server: the first keeps
 * what deployed routes lead to and says so, the second takes it away, the third has nothing to do. Each stack counts what is its own.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Provider } from "@pulumi/kubernetes";
import type { Mesh } from "meshwright";
import { deployedObjects, existing, MeshPlatform, renderMesh } from "meshwright/pulumi";
import { owners, twoOwners, withoutCanary, withoutPayments } from "../../unit/platform/two-owners.ts";
import { storedObjects } from "../stored-objects.ts";
import { changesIn, eventsOf } from "./pulumi-engine.ts";
import { describePulumi } from "./pulumi-suite.ts";

const RULE = "kubernetes:networking.istio.io/v1:DestinationRule shop/billing/payments/DestinationRule";
const ROUTE = "kubernetes:networking.istio.io/v1:VirtualService shop/billing/payments/VirtualService";
const POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy shop/billing/payments/AuthorizationPolicy";
const MTLS = "kubernetes:security.istio.io/v1:PeerAuthentication shop/billing/payments/PeerAuthentication";

describePulumi("cluster: what is removed from a mesh", (cluster) => {
  const stackOf = (mesh: Mesh, owner: string | undefined) => {
    const { engine, kubernetes } = cluster();
    return engine.stack("shop", owner ?? "all", async () => {
      const kubeconfig = await readFile(kubernetes.kubeconfig, "utf8");
      const provider = new Provider("cluster", { kubeconfig });
      const deployed = await deployedObjects({ kubeconfig });
      const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
      const rendered = renderMesh(mesh, { environment: "default", owner, deployed });
      new MeshPlatform("shop", { mesh: rendered, controlPlane }, { provider });
    });
  };

  /** What an `up` did in the cluster, and how many removals it said are pending. */
  async function up(mesh: Mesh, owner?: string) {
    const events = await eventsOf(await stackOf(mesh, owner), "up");
    const said = events.map(({ diagnosticEvent }) => diagnosticEvent?.message ?? "");
    const pending = said.flatMap((text) => /(\d+) removals? pending/.exec(text)?.[1] ?? []);
    const changes = [...changesIn(events)].filter(([resource]) => resource.startsWith("kubernetes:"));
    return { changes: Object.fromEntries(changes), pending: pending.map(Number) };
  }

  const destroy = async (owner?: string) => eventsOf(await stackOf(twoOwners, owner), "destroy");

  async function subsets(): Promise<readonly string[] | undefined> {
    const stored = await storedObjects(cluster().kubernetes.api);
    const rule = stored.find(({ kind, metadata }) => kind === "DestinationRule" && metadata.name === "payments");
    return (rule?.spec as { readonly subsets: { readonly name: string }[] } | undefined)?.subsets.map(
      ({ name }) => name,
    );
  }

  it("a version: kept, then removed, and then there is nothing to do", async () => {
    assert.deepEqual((await up(twoOwners)).pending, []);
    const first = await up(withoutCanary);
    assert.deepEqual(
      [first.pending, first.changes[ROUTE], (await subsets())?.toSorted()],
      [[1], "update", ["v1", "v2"]],
    );
    assert.deepEqual(await up(withoutCanary), { changes: { [RULE]: "update" }, pending: [] });
    assert.deepEqual(await subsets(), ["v1"]);
    assert.deepEqual(await up(withoutCanary), { changes: {}, pending: [] });
    await destroy();
  });

  it("a service of one owner: its rule stays in that owner's stack, and only that stack says so", async () => {
    for (const owner of owners) await up(twoOwners, owner);
    const [storefront, billing] = [await up(withoutPayments, "storefront"), await up(withoutPayments, "billing")];
    assert.deepEqual([storefront.pending, billing.pending], [[], [3]]);
    assert.deepEqual(
      [billing.changes[ROUTE], billing.changes[RULE], billing.changes[POLICY], (await subsets())?.length],
      ["delete", undefined, undefined, 2],
    );
    const then = await up(withoutPayments, "billing");
    assert.deepEqual(then, { changes: { [RULE]: "delete", [POLICY]: "delete", [MTLS]: "delete" }, pending: [] });
    assert.equal(await subsets(), undefined);
    for (const owner of owners) assert.deepEqual(await up(withoutPayments, owner), { changes: {}, pending: [] });
  });
});
