/**
 * The plugin as a program in another language meets it: a component by its type, constructed by a provider in another process, with
 * Pulumi's real engine and a real API server. Only the host that would start it is replaced, and the SDK of that language.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Provider } from "@pulumi/kubernetes";
import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { renderMesh } from "meshwright/pulumi";
import { twoOwners } from "../../unit/platform/two-owners.ts";
import { type ProcessGroup, until } from "../process-group.ts";
import { changesOf } from "./pulumi-engine.ts";
import { describePulumi } from "./pulumi-suite.ts";

/** What an SDK is, in any language: a type, inputs, and the names of outputs. */
class RemoteMesh extends ComponentResource {
  declare readonly addresses: Output<Readonly<Record<string, string>>>;
  declare readonly revision: Output<string>;

  constructor(name: string, inputs: object, options: ComponentResourceOptions) {
    super("meshwright:index:Mesh", name, { ...inputs, addresses: undefined, revision: undefined }, options, true);
  }
}

describePulumi("cluster: the plugin for other languages", (cluster) => {
  /** The engine attaches to providers that run already. */
  let providers: string;
  let mesh = JSON.stringify(twoOwners.at("default"));

  before(async () => {
    const { engine, group } = cluster();
    const doubles = engine.env.PULUMI_DEBUG_PROVIDERS;
    providers = [...(doubles === undefined ? [] : [doubles]), `meshwright:${await servePlugin(group)}`].join(",");
  });

  async function run(operation: "up" | "destroy"): Promise<ReadonlyMap<string, string>> {
    const { engine, kubernetes } = cluster();
    const program = async () => {
      const provider = new Provider("cluster", { kubeconfig: kubernetes.kubeconfig });
      const controlPlane = { kind: "existing", revision: "stable", version: "1.31.4" };
      const options = { providers: { kubernetes: provider } };
      const { addresses, revision } = new RemoteMesh("shop", { mesh, controlPlane }, options);
      return { addresses, revision };
    };
    const stack = await engine.stack("remote", "test", program, { PULUMI_DEBUG_PROVIDERS: providers });
    const changes = await changesOf(stack, operation);
    if (operation === "up") assert.deepEqual(valuesOf(await stack.outputs()), OUTPUTS);
    return changes;
  }

  it("deploys every object of the mesh, and has nothing to do the second time", async () => {
    const made = [...(await run("up")).keys()].filter((resource) => resource.includes(".istio.io/"));
    assert.equal(made.length, renderMesh(twoOwners, { environment: "default" }).objects.length);
    const route = "/apis/networking.istio.io/v1/namespaces/billing/virtualservices/payments";
    assert.equal((await cluster().kubernetes.api.get(route)).kind, "ok");
    assert.deepEqual([...(await run("up"))], []);
  });

  it("says what is wrong with a mesh, and changes nothing", async () => {
    const right = mesh;
    mesh = mesh.replace('"mail"', '"mial"');
    await assert.rejects(run("up"), /MW2100 unknown-callee/);
    mesh = right;
    assert.deepEqual([...(await run("up"))], []);
    await run("destroy");
  });
});

const OUTPUTS = { addresses: { edge: "edge.shop.svc" }, revision: "stable" };

const valuesOf = (outputs: OutputMap): object =>
  Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value]));

/** Its port. */
async function servePlugin(group: ProcessGroup): Promise<string> {
  const script = fileURLToPath(new URL("serve-plugin.ts", import.meta.url));
  const flags = ["--conditions=meshwright-source", "--disable-warning=ExperimentalWarning"];
  const plugin = group.start("plugin", process.execPath, [...flags, script]);
  let port = "";
  await until(plugin, 30, async () => (port = /^(\d+)$/m.exec(await readFile(plugin.log, "utf8"))?.[1] ?? "") !== "");
  return port;
}
