/** The whole platform: what it registers, in which order, and that it registers nothing when something is wrong. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { core } from "@pulumi/kubernetes";
import type { MeshObject } from "../../../components/engines/kubernetes.ts";
import {
  existing,
  install,
  MeshPlatform,
  type MeshPlatformArgs,
  renderMesh,
} from "../../../components/platform/index.ts";
import tooLarge from "../../diagnostics/MW4000/fails.ts";
import { boutique, charts } from "./boutique.ts";
import { byType, deploy, named, type Registered } from "./mock-engine.ts";
import { goldenPath, platforms, release, resourcesOf } from "./resources.ts";

const plane = install({ release, charts });
const elsewhere = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });

const platform = async (args: Partial<MeshPlatformArgs> = {}, preview = false) =>
  deploy((provider) => new MeshPlatform("boutique", { mesh: boutique(), controlPlane: plane, ...args }, { provider }), {
    preview,
  });

describe("MeshPlatform", () => {
  for (const name of Object.keys(platforms))
    it(`${name}: type, logical name and parent of every resource are those that were reviewed`, async () => {
      assert.equal(await resourcesOf(name), readFileSync(goldenPath(name), "utf8"), "npm run golden:update");
    });

  it("registers exactly the objects that were rendered, field by field", async () => {
    const mesh = boutique();
    const { resources } = await platform({ mesh });
    const registered = resources.filter(({ type }) => type.includes(".istio.io/"));
    assert.equal(registered.length, mesh.objects.length);
    for (const { id, object } of mesh.objects) {
      const found = registered.filter(({ name }) => name.endsWith(`/${id}`));
      assert.deepEqual(
        found.map(({ inputs }) => inputs),
        [object],
        id,
      );
    }
  });

  it("names resources by model ids: the order of objects changes no name", async () => {
    const mesh = boutique();
    const names = ({ resources }: { readonly resources: readonly Registered[] }) =>
      resources.map(({ type, name, parent }) => `${parent} ${type} ${name}`).sort();
    const turned = { ...mesh, objects: mesh.objects.toReversed() };
    assert.deepEqual(names(await platform({ mesh: turned })), names(await platform({ mesh })));
    assert.deepEqual(names(await platform({ mesh }, true)), names(await platform({ mesh })), "preview");
  });

  for (const controlPlane of [plane, elsewhere])
    it(`lets every object of the cluster wait for what it waits for itself (${controlPlane.kind})`, async () => {
      const { resources } = await deploy((provider) => {
        const before = new core.v1.ConfigMap("before", {}, { provider });
        return new MeshPlatform("boutique", { mesh: boutique(), controlPlane }, { provider, dependsOn: before });
      });
      const objects = byKubernetes(resources).filter(({ name }) => name !== "before");
      assert.ok(objects.length > 50, String(objects.length));
      const eager = objects.filter(({ dependsOn }) => !dependsOn.includes("kubernetes:core/v1:ConfigMap before"));
      assert.deepEqual(
        eager.map(({ name }) => name),
        [],
      );
    });

  it("gives every object of the cluster the one provider", async () => {
    const { resources } = await platform();
    const providers = new Set(byKubernetes(resources).map(({ provider }) => provider.replace(/::[^:]*$/, "")));
    assert.deepEqual([...providers], ["urn:pulumi:test::shop::pulumi:providers:kubernetes::cluster"]);
  });

  it("puts every object after what it names, after its namespace and after the control plane", async () => {
    const { resources } = await platform();
    const route = named(resources, "boutique/boutique/shop.shop.example.com/VirtualService");
    assert.ok(
      route.dependsOn.includes("kubernetes:networking.istio.io/v1:Gateway boutique-shop/boutique/shop/Gateway"),
    );
    assert.ok(route.dependsOn.includes("kubernetes:core/v1:Namespace boutique/boutique"));
    assert.ok(route.dependsOn.includes("kubernetes:helm.sh/v4:Chart boutique/istiod-1-31-4"));
  });

  it("puts what istiod signs with before istiod, and that after its namespace", async () => {
    const { resources } = await platform();
    const home = "kubernetes:core/v1:Namespace boutique/istio-system";
    assert.ok(named(resources, "boutique-cacerts").dependsOn.includes(home));
    for (const chart of ["base", "cni", "istiod-1-31-4"])
      assert.ok(
        named(resources, `boutique/${chart}`).dependsOn.some((one) => one.endsWith("boutique-cacerts")),
        chart,
      );
  });

  it("shows every object in a preview, with all that stands in it", async () => {
    const mesh = boutique();
    const { resources } = await platform({ mesh }, true);
    assert.equal(resources.filter(({ type }) => type.includes(".istio.io/")).length, mesh.objects.length);
    // One unknown value, and the provider shows no object of the chart.
    for (const { inputs, name } of byType(resources, "kubernetes:helm.sh/v4:Chart"))
      assert.ok(!hasUnknown(inputs.values), name);
  });

  it("touches no control plane of somebody else, and makes no keys for it", async () => {
    const { resources } = await platform({ controlPlane: elsewhere, namespaces: "label" });
    const kinds = new Set(resources.map(({ type }) => type));
    for (const type of ["kubernetes:helm.sh/v4:Chart", "kubernetes:core/v1:Secret", "tls:index/privateKey:PrivateKey"])
      assert.ok(!kinds.has(type), type);
    assert.ok(kinds.has("kubernetes:core/v1:NamespacePatch") && !kinds.has("kubernetes:core/v1:Namespace"));
  });

  describe("registers nothing, and says why,", () => {
    const refuses = (title: string, code: string, args: Partial<MeshPlatformArgs>) =>
      it(title, async () => {
        await assert.rejects(platform(args), new RegExp(`^Error: nothing was deployed\\n\\nerror ${code} `));
        assert.deepEqual(await registeredDespite(args), []);
      });

    refuses("where a gateway is unknown", "MW5120", { gateways: { shpo: { exposure: "node-port", replicas: 1 } } });
    refuses("where a root signs that is not there", "MW5122", {
      certificateAuthority: { kind: "generated", roots: [1], signer: 2, intermediate: 1, protect: true },
    });
    refuses("where a root stands twice", "MW5129", {
      certificateAuthority: { kind: "generated", roots: [1, 2, 1], signer: 2, intermediate: 1, protect: true },
    });
    refuses("where the control plane is older than the mesh needs", "MW5103", {
      controlPlane: existing({ revision: "old", version: "1.29.2", rootNamespace: "istio-system" }),
    });
    refuses("where an object would hold for the whole mesh of somebody else", "MW5121", {
      controlPlane: existing({ revision: "stable", version: "1.31.4", rootNamespace: "boutique" }),
    });
    refuses("where the charts are of another release", "MW5115", {
      controlPlane: install({ release, charts: { ...charts, release: "2026.08" } }),
    });
    refuses("where the mesh would live with its own control plane", "MW5121", {
      controlPlane: install({ release, charts, namespace: "load" }),
    });
  });

  it("refuses to deploy to whatever cluster the machine points at", async () => {
    const args = { mesh: boutique(), controlPlane: plane };
    await assert.rejects(
      deploy(() => new MeshPlatform("boutique", args)),
      /error MW5123 provider-missing/,
    );
  });

  it("stops at an object that comes after itself, and at a kind that no part registers: both are our bugs", async () => {
    const mesh = boutique();
    const [one, ...others] = mesh.objects as [MeshObject, ...MeshObject[]];
    const circular = { ...mesh, objects: [{ ...one, after: [one.id] }, ...others] };
    await assert.rejects(platform({ mesh: circular }), /comes after itself/);
    const strange = { ...mesh, objects: [{ ...one, object: { ...one.object, kind: "WasmPlugin" } }, ...others] };
    await assert.rejects(platform({ mesh: strange }), /WasmPlugin belongs to no part/);
  });

  it("is not rendered with an object that no API server stores", () => {
    assert.throws(() => renderMesh(tooLarge, { environment: "default" }), /MW4000 object-too-large/);
  });
});

const byKubernetes = (resources: readonly Registered[]): readonly Registered[] =>
  resources.filter(({ type }) => type.startsWith("kubernetes:"));

/** What was registered although the program failed. */
async function registeredDespite(args: Partial<MeshPlatformArgs>): Promise<readonly Registered[]> {
  const { resources } = await deploy((provider) => {
    try {
      new MeshPlatform("boutique", { mesh: boutique(), controlPlane: plane, ...args }, { provider });
    } catch {
      // What it says is another test's.
    }
  });
  return resources;
}

const hasUnknown = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown));
