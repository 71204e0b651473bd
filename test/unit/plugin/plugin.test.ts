/** The plugin for other languages: Pulumi's own analyzer takes it, and what it is given goes through the doors of meshes and settings. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { core } from "@pulumi/kubernetes";
import { parse } from "yaml";
import { settingKeys } from "../../../components/deployment/settings.ts";
import * as plugin from "../../../components/plugin/index.ts";
import { byType, deploy } from "../platform/mock-engine.ts";
import { release } from "../platform/resources.ts";
import { owners, twoOwners } from "../platform/two-owners.ts";
import { COMPONENTS, pluginFolder, pluginSchema, schemaPath } from "./schema.ts";

const { ControlPlaneKind, Mesh } = plugin;
const mesh = JSON.stringify(twoOwners.at("default"));
const there = { kind: ControlPlaneKind.Existing, revision: "stable", version: "1.31.4" };

interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties: object }>>;
  readonly types: Readonly<Record<string, { readonly enum?: readonly { readonly value: string }[] }>>;
}

describe("the plugin", () => {
  it("has the schema that was reviewed, by Pulumi's analyzer", function () {
    this.timeout(60_000);
    assert.equal(pluginSchema(), readFileSync(schemaPath, "utf8"), "npm run golden:update");
  });

  it("exports its components, and has a place for every setting of a stack", () => {
    const exported = Object.entries(plugin).filter(([, value]) => typeof value === "function");
    assert.deepEqual(
      exported.map(([name]) => name),
      COMPONENTS,
    );
    const { resources } = JSON.parse(readFileSync(schemaPath, "utf8")) as Schema;
    const inputs = Object.keys(resources["meshwright:index:Mesh"]?.inputProperties ?? {});
    // Decided elsewhere: the provider is the cluster, the mesh is of one environment, and there is one engine.
    const missing = settingKeys.filter((key) => !inputs.includes(key));
    assert.deepEqual(missing, ["engine", "environment", "cluster"]);
  });

  it("is started by what its manifest says, with the version of the package", () => {
    const { version, main } = JSON.parse(readFileSync(`${pluginFolder}/package.json`, "utf8"));
    const own = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
    assert.equal(version, own.version);
    assert.match(
      readFileSync(`${pluginFolder}/${main}`, "utf8"),
      /from "\.\.\/\.\.\/dist\/components\/plugin\/index\.js"/,
    );
    assert.equal(parse(readFileSync(`${pluginFolder}/PulumiPlugin.yaml`, "utf8")).runtime.name, "nodejs");
    assert.ok((own.files as readonly string[]).includes("components/plugin"));
  });

  it("registers what a program in TypeScript does", async () => {
    for (const owner of [undefined, ...owners]) {
      const args = { mesh, controlPlane: there, ...(owner === undefined ? {} : { owner }) };
      const { resources } = await deploy(async (provider) => {
        const made = new Mesh("shop", args, { provider });
        await new Promise((resolve) => made.addresses.apply(resolve));
      });
      const [parent] = byType(resources, "meshwright:index:MeshPlatform");
      assert.equal(parent?.parent, "meshwright:index:Mesh shop");
      const objects = resources.filter(({ type }) => type.includes(".istio.io/"));
      assert.ok(objects.length > 10, String(objects.length));
    }
  });

  it("lets its objects wait for what it waits for itself", async () => {
    const { resources } = await deploy(async (provider) => {
      const before = new core.v1.ConfigMap("before", {}, { provider });
      const made = new Mesh("shop", { mesh, controlPlane: there }, { provider, dependsOn: before });
      await new Promise((resolve) => made.addresses.apply(resolve));
    });
    const objects = resources.filter(({ type }) => type.includes(".istio.io/"));
    const eager = objects.filter(({ dependsOn }) => !dependsOn.includes("kubernetes:core/v1:ConfigMap before"));
    assert.ok(objects.length > 10 && eager.length === 0, eager.map(({ name }) => name).join());
  });

  it("is refused by the same codes, before anything is registered", async () => {
    const refused = (args: Partial<plugin.MeshArgs>, expected: RegExp) =>
      assert.rejects(
        deploy((provider) => new Mesh("shop", { mesh, controlPlane: there, ...args }, { provider })),
        expected,
      );
    await refused({ mesh: "{" }, /`mesh` is no JSON/);
    await refused({ mesh: mesh.replace('"mail"', '"mial"') }, /MW2100/);
    await refused({ controlPlane: { kind: ControlPlaneKind.Existing } }, /MW1003/);
    await refused({ owner: "nobody" }, /MW5126/);
  });

  it("installs nothing that is not locked", async () => {
    const controlPlane = { kind: ControlPlaneKind.Install, release: release.name };
    const reason = await new Promise<unknown>((resolve) => {
      void deploy((provider) => {
        const { addresses } = new Mesh("shop", { mesh, controlPlane }, { provider });
        (addresses as unknown as { promise(): Promise<unknown> }).promise().catch(resolve);
      }).catch(resolve);
    });
    assert.match(String(reason), /MW5110/);
  });
});
