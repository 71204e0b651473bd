/** A stack that deploys what one team owns: together the stacks deploy everything, and no two of them the same thing. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mesh } from "meshwright";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject, MeshObject } from "../../../components/engines/kubernetes.ts";
import { existing, MeshPlatform, renderMesh } from "../../../components/platform/index.ts";
import { ownedPart } from "../../../components/platform/rendered-mesh.ts";
import { assertFinding, MeshFolder } from "../cli/mesh-process.ts";
import { deploy } from "./mock-engine.ts";
import { owners, twoOwners, withoutCanary, withoutPayments } from "./two-owners.ts";

const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });

/** Every object of the cluster that a stack registers. */
async function registeredBy(owner?: string): Promise<readonly KubernetesObject[]> {
  const mesh = renderMesh(twoOwners, { environment: "default", owner });
  const { resources } = await deploy((provider) => new MeshPlatform("shop", { mesh, controlPlane }, { provider }));
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, inputs }) => ({ kind: type.split(":").at(-1) ?? "", ...inputs }) as unknown as KubernetesObject);
}

const nameOf = ({ kind, metadata: { namespace = "", name } }: KubernetesObject): string =>
  `${kind} ${namespace}/${name}`;

const objectsOf = async (owner?: string): Promise<readonly string[]> => (await registeredBy(owner)).map(nameOf).sort();

const byName = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries(objects.map((one) => [nameOf(one), one]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));

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

  it("deploys what `mesh render --owner` writes, and its namespaces", async () => {
    const folder = new MeshFolder();
    after(() => folder.remove());
    folder.write("shop.json", JSON.stringify(twoOwners.at("default")));
    for (const owner of owners) {
      const render = ["render", "shop.json", "--engine", "istio", "--out", owner, "--owner", owner];
      assertFinding(folder.mesh(render), 0);
      const written = join(folder.path, owner, "default/istio");
      const files = readdirSync(written, { recursive: true, encoding: "utf8" }).filter((path) => path.includes("/"));
      const rendered = files.flatMap((path) =>
        parseAllDocuments(readFileSync(join(written, path), "utf8")).map((one): KubernetesObject => one.toJS()),
      );
      const registered = (await registeredBy(owner)).filter(({ kind }) => kind !== "Namespace");
      assert.deepEqual(byName(rendered), byName(registered));
    }
    const wrong = (...more: string[]) => folder.mesh(["render", "shop.json", "--out", "no", ...more]);
    assertFinding(
      wrong("--engine", "istio", "--owner", "biling"),
      1,
      /MW5126/,
      /did you mean "billing"\?/,
      /nothing was/,
    );
    assertFinding(wrong("--engine", "envoy", "--owner", "billing"), 2, /--owner is for --engine istio/);
    assert.ok(!existsSync(join(folder.path, "no")));
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

  it("keeps it until the others have deployed whose routes lead there", () => {
    const plain = (objects: readonly MeshObject[]) => objects.map(({ object }) => object);
    const render = (mesh: Mesh, owner: string, deployed?: readonly KubernetesObject[]) =>
      renderMesh(mesh, { environment: "default", owner, deployed });
    const door = plain(render(twoOwners, "storefront").objects);
    let deployed = [...door, ...plain(render(twoOwners, "billing").objects)];
    // At first its policies, too: its pods may still run.
    for (const count of [3, 2]) {
      const kept = render(withoutPayments, "billing", deployed);
      assert.equal(kept.removals.length, count);
      deployed = [...door, ...plain(kept.objects)];
    }
    const own = plain(render(withoutPayments, "billing", deployed).objects);
    const moved = [...plain(render(withoutPayments, "storefront", deployed).objects), ...own];
    assert.deepEqual(render(withoutPayments, "billing", moved).removals, []);
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
