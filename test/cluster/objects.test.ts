/**
 * The API server takes every object that is rendered for Istio: of every golden mesh, and of generated ones. Its schemas are those of
 * Istio and the Gateway API; a dry run does everything but write. What istiod does with the objects is for the other suites.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { MeshObject } from "../../components/engines/kubernetes.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { checkEngine, istioObjects } from "../../components/passes/render.ts";
import { meshes } from "../generate/mesh.ts";
import { supportedBy } from "../generate/supported.ts";
import { findCases } from "../golden/find-cases.ts";
import { compileCase } from "../golden/render-case.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "./kubernetes.ts";
import { ProcessGroup } from "./process-group.ts";
import { describeWith } from "./with-parts.ts";

const GENERATED = 200;
const seed = Number(process.env.MESHWRIGHT_SEED ?? Date.now() % 1_000_000);

describeWith("cluster: objects for Istio", ["etcd", "kube-apiserver", "istio-crds", "gateway-api-crds"], (parts) => {
  let group: ProcessGroup;
  let kubernetes: Kubernetes;
  const namespaces = new Set<string>();

  before(async function () {
    this.timeout(120_000);
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    await applyCrds(kubernetes.api, [parts()["istio-crds"], parts()["gateway-api-crds"]]);
  });

  after(() => group?.stop());

  /** What the server says against each object that it refuses. */
  async function refusals(objects: readonly MeshObject[]): Promise<readonly string[]> {
    for (const { object } of objects) await namespaceOf(object.metadata.namespace ?? "default");
    const answers = await Promise.all(
      objects.map(async ({ id, object }) => [id, await kubernetes.api.apply(object, { dryRun: true })] as const),
    );
    return answers.flatMap(([id, answer]) => (answer.kind === "ok" ? [] : [`${id}: ${answer.message}`]));
  }

  async function namespaceOf(name: string): Promise<void> {
    if (namespaces.has(name)) return;
    namespaces.add(name);
    await applyAll(kubernetes.api, [namespace(name)]);
  }

  it("are accepted, all of every golden mesh", async function () {
    this.timeout(120_000);
    let accepted = 0;
    let cases = 0;
    for (const golden of findCases().cases) {
      const { ir } = await compileCase(golden);
      if (ir === undefined || checkEngine(ir, "istio").length > 0) continue;
      const objects = istioObjects(ir);
      assert.deepEqual(await refusals(objects), [], golden.id);
      accepted += objects.length;
      cases++;
    }
    assert.ok(cases > 30, `only ${cases} golden meshes are for Istio`);
    console.log(`      ${accepted} of ${accepted} objects of ${cases} meshes`);
  });

  it(`are accepted, all of ${GENERATED} generated meshes (seed ${seed})`, async function () {
    this.timeout(600_000);
    let accepted = 0;
    for (const [index, ir] of generated().entries()) {
      const objects = istioObjects(ir);
      assert.deepEqual(await refusals(objects), [], `mesh ${index} of seed ${seed}`);
      accepted += objects.length;
    }
    console.log(`      ${accepted} of ${accepted} objects`);
  });
});

function generated(): readonly MeshIr[] {
  const drawn = fc.sample(meshes, { seed, numRuns: 3 * GENERATED });
  const irs = drawn.flatMap((mesh) => supportedBy("istio", mesh) ?? []).slice(0, GENERATED);
  assert.equal(irs.length, GENERATED, "too few of the drawn meshes are for Istio");
  return irs;
}
