/** The meshes that suites about Istio go through: every golden one that is for Istio, the examples, and generated ones. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, type Mesh, type MeshIr } from "../../components/index.ts";
import { checkEngine } from "../../components/passes/render.ts";
import bookinfo from "../../stacks/meshes/bookinfo.ts";
import boutique from "../../stacks/meshes/online-boutique.ts";
import { meshes } from "../generate/mesh.ts";
import { supportedBy } from "../generate/supported.ts";
import { findCases } from "../golden/find-cases.ts";
import { compileCase } from "../golden/render-case.ts";

export interface Named {
  readonly name: string;
  readonly ir: MeshIr;
}

export const seed = Number(process.env.MESHWRIGHT_SEED ?? Date.now() % 1_000_000);

export async function goldenMeshes(): Promise<readonly Named[]> {
  const compiled = await Promise.all(
    findCases().cases.map(async (golden) => ({ name: golden.id, ir: (await compileCase(golden)).ir })),
  );
  const found = compiled.flatMap(({ name, ir }) => (ir === undefined ? [] : [{ name, ir }])).filter(isForIstio);
  assert.ok(found.length > 30, `only ${found.length} golden meshes are for Istio`);
  return found;
}

export const exampleMeshes = (): readonly Named[] => [
  ...inEveryEnvironment("boutique", boutique),
  ...inEveryEnvironment("bookinfo", bookinfo),
];

const inEveryEnvironment = (name: string, mesh: Mesh): readonly Named[] =>
  mesh.environments
    .map((environment) => ({
      name: `${name} (${environment})`,
      ir: compile(mesh.at(environment), { environment }).ir as MeshIr,
    }))
    .filter(isForIstio);

const isForIstio = ({ ir }: Named): boolean => checkEngine(ir, "istio").length === 0;

export function generatedMeshes(count: number): readonly Named[] {
  const drawn = fc.sample(meshes, { seed, numRuns: 3 * count });
  const irs = drawn.flatMap((mesh) => supportedBy("istio", mesh) ?? []).slice(0, count);
  assert.equal(irs.length, count, "too few of the drawn meshes are for Istio");
  return irs.map((ir, index) => ({ name: `mesh ${index} of seed ${seed}`, ir }));
}
