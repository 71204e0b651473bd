/** A stack that deploys what one team owns: together the stacks deploy everything, and no two of them the same thing. */
import assert from "node:assert/strict";
import type { Mesh } from "meshwright";
import { existing, MeshPlatform, renderMesh } from "../../../components/platform/index.ts";
import { ownedPart } from "../../../components/platform/rendered-mesh.ts";
import { deploy } from "./mock-engine.ts";
import { owners, twoOwners, withoutCanary, withoutPayments } from "./two-owners.ts";

const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });

/** Every object of the cluster that a stack registers, as its kind, namespace and name. */
async function objectsOf(owner?: string): Promise<readonly string[]> {
  const mesh = renderMesh(twoOwners, { environment: "default", owner });
  const { resources } = await deploy((provider) => new MeshPlatform("shop", { mesh, controlPlane }, { provider }));
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, inputs }) => {
      const { namespace, name } = inputs.metadata as { readonly namespace?: string; readonly name: string };
      return `${type.split(":").at(-1)} ${namespace ?? ""}/${name}`;
    })
    .sort();
}

describe("a stack with an owner", () => {
  it("deploys what nobody else does; all stacks together deploy the whole mesh", async () => {
    // One after the other: the mocks of Pulumi are one for the whole process.
    const apart: string[] = [];
    for (const owner of owners) apart.push(...(await objectsOf(owner)));
    assert.deepEqual(apart.sort(), await objectsOf());
    assert.equal(new Set(apart).size, apart.length);
  });

  it("has the scope of its own callers; destinations, routes and access are the callee's, hosts the gateway's", async () => {
    assert.deepEqual(await objectsOf("billing"), [
      "AuthorizationPolicy billing/ledger",
      "AuthorizationPolicy billing/payments",
      "DestinationRule billing/external.mail",
      "DestinationRule billing/ledger",
      "DestinationRule billing/payments",
      "Namespace /billing",
      "PeerAuthentication billing/ledger",
      "PeerAuthentication billing/payments",
      "ServiceEntry billing/external.mail",
      "Sidecar billing/ledger",
      "Sidecar billing/payments",
      "Telemetry billing/ledger",
      "Telemetry billing/payments",
      "VirtualService billing/external.mail",
      "VirtualService billing/ledger",
      "VirtualService billing/payments",
    ]);
    const storefront = await objectsOf("storefront");
    for (const one of ["Namespace /shop", "Gateway shop/edge", "VirtualService shop/edge.shop.example.com"])
      assert.ok(storefront.includes(one), one);
  });

  it("keeps for one deployment more what its own objects still have, and tells of nothing else", () => {
    const deployed = renderMesh(twoOwners, { environment: "default" }).objects.map(({ object }) => object);
    const removals = (mesh: Mesh, owner?: string) =>
      renderMesh(mesh, { environment: "default", owner, deployed }).removals.map(({ what }) => what);
    const subset = "subset v2 of payments.billing.svc.cluster.local";
    assert.deepEqual(removals(withoutCanary, "billing"), [subset]);
    assert.deepEqual(removals(withoutCanary, "storefront"), []);
    assert.deepEqual(removals(withoutCanary), [subset]);
  });

  it("keeps the rule of a service that has left, though the mesh no longer says whose it was", () => {
    const deployed = renderMesh(twoOwners, { environment: "default" }).objects.map(({ object }) => object);
    const rules = (owner: string) =>
      renderMesh(withoutPayments, { environment: "default", owner, deployed })
        .objects.map(({ id }) => id)
        .filter((id) => id.endsWith("payments/DestinationRule"));
    assert.deepEqual([rules("billing"), rules("storefront")], [["billing/payments/DestinationRule"], []]);
  });

  it("is refused where nothing belongs to it, or something to nobody", () => {
    const render =
      (owner: string, mesh = twoOwners) =>
      () =>
        renderMesh(mesh, { environment: "default", owner });
    assert.throws(render("biling"), /MW5126 .*\n(?:.*\n)*.*did you mean "billing"/);
    const ownerless = { ...twoOwners, at: () => ({ ...(twoOwners.at("default") as object), owner: undefined }) };
    assert.throws(render("billing", ownerless), /MW2112|MW5127/);
    const mesh = renderMesh(twoOwners, { environment: "default", owner: "billing" });
    assert.throws(() => ownedPart(mesh, "storefront"), /rendered for billing/);
  });

  it("is refused settings of another owner's gateway", async () => {
    const mesh = renderMesh(twoOwners, { environment: "default", owner: "billing" });
    const gateways = { edge: { exposure: "cluster-ip", replicas: 1 } } as const;
    await assert.rejects(
      deploy((provider) => new MeshPlatform("shop", { mesh, controlPlane, gateways }, { provider })),
      /MW5128/,
    );
  });
});
