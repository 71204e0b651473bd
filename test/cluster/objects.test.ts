/**
 * Every object that is rendered for Istio: the API server takes it, with the schemas of Istio and the Gateway API (a dry run does
 * everything but write), and Istio's own analyzer, which knows what schemas cannot say, finds nothing in the mesh. That the objects
 * do what the mesh says is for the suites with a running istiod.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject, MeshObject } from "../../components/engines/kubernetes.ts";
import type { MeshIr } from "../../components/index.ts";
import { runCommand } from "../../components/local/run-command.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { findUnreached } from "../../components/passes/unreached.ts";
import { seed } from "../generate/seed.ts";
import { exampleMeshes, generatedMeshes, goldenMeshes, type Named } from "./istio-meshes.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "./kubernetes.ts";
import { podObjects, podsOf } from "./pods.ts";
import { ProcessGroup } from "./process-group.ts";
import { describeWith } from "./with-parts.ts";

const GENERATED = 200;

describeWith("cluster: objects for Istio", ["etcd", "kube-apiserver", "istio-crds", "gateway-api-crds"], (parts) => {
  let group: ProcessGroup;
  let kubernetes: Kubernetes;

  before(async function () {
    this.timeout(120_000);
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    await applyCrds(kubernetes.api, [parts()["istio-crds"], parts()["gateway-api-crds"]]);
  });

  after(() => group?.stop());

  async function assertTaken(meshes: readonly Named[]): Promise<void> {
    let taken = 0;
    for (const { name, ir } of meshes) {
      const objects = istioObjects(ir);
      assert.deepEqual(await refusals(kubernetes, objects), [], name);
      taken += objects.length;
    }
    console.log(`      ${taken} of ${taken} objects of ${meshes.length} meshes`);
  }

  it("are taken by the API server, all of the golden meshes and the examples", async function () {
    this.timeout(300_000);
    await assertTaken([...(await goldenMeshes()), ...exampleMeshes()]);
  });

  it(`are taken by the API server, all of ${GENERATED} generated meshes (seed ${seed})`, async function () {
    this.timeout(600_000);
    await assertTaken(generatedMeshes(GENERATED));
  });
});

/** What the server says against each object that it refuses. */
async function refusals({ api }: Kubernetes, objects: readonly MeshObject[]): Promise<readonly string[]> {
  const namespaces = new Set(objects.map(({ object }) => object.metadata.namespace ?? "default"));
  await applyAll(api, [...namespaces].map(namespace));
  const answers = await Promise.all(
    objects.map(async ({ id, object }) => [id, await api.apply(object, { dryRun: true })] as const),
  );
  return answers.flatMap(([id, answer]) => (answer.kind === "ok" ? [] : [`${id}: ${answer.message}`]));
}

describeWith("cluster: istioctl analyze", ["istioctl"], (parts) => {
  let group: ProcessGroup;
  before(async () => {
    group = await ProcessGroup.create();
  });
  after(() => group?.stop());

  /** What it says about these objects; it needs no cluster. */
  async function analyze(objects: readonly KubernetesObject[]): Promise<readonly string[]> {
    const file = join(group.directory, "mesh.yaml");
    await writeFile(file, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    // Without the last, it keeps to itself what it finds outside the namespace `default`.
    const args = ["analyze", "--use-kube=false", "--output=json", file, "--all-namespaces"];
    const result = await runCommand(parts().istioctl, args, { env: process.env, timeoutMs: 60_000 });
    assert.ok(result.kind === "ended", "istioctl did not run");
    assert.match(result.stdout, /^\[/, result.stderr);
    const found = JSON.parse(result.stdout) as readonly Finding[];
    return found
      .filter(({ code }) => code !== ADDRESSES)
      .map(({ code, origin, message }) => `${code} ${origin}: ${message}`);
  }

  async function assertSilent(meshes: readonly Named[]): Promise<void> {
    let told = 0;
    for (const { name, ir } of meshes) {
      const found = await analyze(whole(ir));
      const unreached = unreachedIn(ir);
      const news = found.filter((finding) => !unreached.has(ruleIn(finding) ?? ""));
      assert.deepEqual(news, [], name);
      told += found.length;
    }
    console.log(
      `      silent about ${meshes.length} of ${meshes.length} meshes, but for ${told} routes told of by MW2203`,
    );
  }

  it("finds nothing in the golden meshes and the examples", async function () {
    this.timeout(300_000);
    await assertSilent([...(await goldenMeshes()), ...exampleMeshes()]);
  });

  it(`finds nothing in ${GENERATED} generated meshes (seed ${seed})`, async function () {
    this.timeout(600_000);
    await assertSilent(generatedMeshes(GENERATED));
  });

  it("does find what is wrong: a route to a subset that is not there, a value that schemas let pass", async () => {
    const [boutique] = exampleMeshes();
    const objects = whole((boutique as Named).ir);
    const withoutRules = objects.filter(({ kind }) => kind !== "DestinationRule");
    assert.match((await analyze(withoutRules)).join("\n"), /IST0101 .*subset/i);
    const wrong = JSON.parse(JSON.stringify(objects).replaceAll('"attempts":0', '"attempts":0,"retryOn":"5xx"'));
    assert.match((await analyze(wrong)).join("\n"), /IST0106/);
  });
});

/**
 * A ServiceEntry with TCP ports and no addresses, a warning. istiod gives it addresses and writes them into its status, as the suites
 * with a running istiod see; an analysis of files cannot know that.
 */
const ADDRESSES = "IST0134";

/** A priority that was drawn may put a route before another that takes all requests of the other, or just the same. */
const ruleIn = (finding: string): string | undefined =>
  /^IST013[01] VirtualService .*: VirtualService rule "?([^ "]+)/.exec(finding)?.[1];

/** The names of the routes of which `mesh check` tells the same. */
const unreachedIn = ({ services, gateways }: MeshIr): ReadonlySet<string> => {
  const tables = [...services.flatMap(({ routes }) => routes), ...gateways.flatMap(({ hosts }) => hosts)];
  return new Set(tables.flatMap(({ routes }) => findUnreached(routes).map(([{ name }]) => name)));
};

interface Finding {
  readonly code: string;
  readonly origin: string;
  readonly message: string;
}

/** The rendered objects beside what teams bring. */
const whole = (ir: MeshIr): readonly KubernetesObject[] => [
  ...podObjects(ir, podsOf(ir)),
  ...istioObjects(ir).map(({ object }) => object),
];
