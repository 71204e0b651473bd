/** `pulumi up` as a user types it: our Pulumi.yaml, a stack file, the program of the stacks. Only providers and language host are doubles. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import { applyAll, namespace } from "../kubernetes.ts";
import { createProject, type Project, stable, stackFile } from "./project.ts";
import { describePulumi } from "./pulumi-suite.ts";

/** Of somebody else, for a host of the mesh. */
const foreign: KubernetesObject = {
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "experiment", namespace: "default" },
  spec: {
    hosts: ["cartservice.boutique.svc.cluster.local"],
    http: [{ route: [{ destination: { host: "elsewhere.default" } }] }],
  },
};

describePulumi("cluster: the program of the stacks", (cluster) => {
  let project: Project;

  before(async () => {
    const { group, kubernetes, engine } = cluster();
    console.log("    language host: the double of test/cluster/pulumi");
    await applyAll(kubernetes.api, [stable]);
    const env = { ...engine.env, KUBECONFIG: kubernetes.kubeconfig };
    project = await createProject(group.directory, stackFile("1.31.4"), env);
    assert.equal((await project.pulumi("stack", "init", "test")).code, 0);
  });

  const api = () => cluster().kubernetes.api;

  const routes = async (): Promise<number> => {
    const answer = await api().get("/apis/networking.istio.io/v1/namespaces/boutique/virtualservices");
    return answer.kind === "ok" ? (answer.body as unknown as { readonly items: readonly unknown[] }).items.length : 0;
  };

  it("refuses a cluster in which somebody else decides about its hosts, in the preview and in `up`", async () => {
    await applyAll(api(), [namespace("default"), foreign]);
    for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await project.pulumi(...command);
      assert.notEqual(code, 0);
      assert.match(output, /nothing was deployed\s+error MW5210 foreign-rule[\s\S]*VirtualService default\/experiment/);
      assert.doesNotMatch(output, /kubernetes:core\/v1:Namespace/);
    }
    await api().delete(foreign);
  });

  it("previews where the cluster cannot be asked, and says so; `up` stops", async () => {
    const file = join(project.folder, "stacks/Pulumi.test.yaml");
    await writeFile(file, stackFile("1.31.4", "nowhere"));
    const preview = await project.pulumi("preview");
    assert.equal(preview.code, 0, preview.output);
    assert.match(preview.output, /cluster: not checked \(the kubeconfig has no context "nowhere"/);
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /nothing was deployed\s+error MW5201 kubeconfig-unusable/);
    await writeFile(file, stackFile("1.31.4"));
  });

  it("deploys; says how long a preview takes", async () => {
    const start = performance.now();
    const preview = await project.pulumi("preview");
    console.log(`        pulumi preview: ${Math.round(performance.now() - start)} ms`);
    assert.equal(preview.code, 0, preview.output);
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
    assert.ok((await routes()) > 5);
  });

  it("has nothing to do the second time", async () => {
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.equal(code, 0, output);
  });

  it("refuses an engine that is too old for the mesh, and changes nothing", async () => {
    const before = await routes();
    await writeFile(join(project.folder, "stacks/Pulumi.test.yaml"), stackFile("1.29.1"));
    const { code, output } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /nothing was deployed\s+error MW5103 release-too-old/);
    assert.doesNotMatch(output, /^\s+at .*:\d+:\d+/m, "a stack of ours");
    assert.equal(await routes(), before);
  });

  it("takes it all away", async () => {
    const { code, output } = await project.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(code, 0, output);
    assert.equal((await api().get("/api/v1/namespaces/boutique")).kind, "refused");
  });
});
