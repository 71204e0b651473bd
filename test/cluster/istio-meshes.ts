/** The meshes that suites about Istio go through: every golden one that is for Istio, the examples, and generated ones. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { compile, type Mesh, type MeshIr } from "../../components/index.ts";
import { checkEngine } from "../../components/passes/render.ts";
import bookinfo from "../../stacks/meshes/bookinfo.ts";
import boutique from "../../stacks/meshes/online-boutique.ts";
import { busyMeshes, type MeshData, meshes } from "../generate/mesh.ts";
import { seed } from "../generate/seed.ts";
import { supportedBy } from "../generate/supported.ts";
import { findCases } from "../golden/find-cases.ts";
import { compileCase } from "../golden/render-case.ts";

export interface Named {
  readonly name: string;
  readonly ir: MeshIr;
}

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

export const generatedMeshes = (count: number): readonly Named[] => namedMeshes(meshes, count, {});

/** Of one trust domain, since that belongs to an istiod; made for traffic. */
export const busyMeshesOf = (trustDomain: string, count: number): readonly Named[] =>
  namedMeshes(busyMeshes, count, { trustDomain });

function namedMeshes(arbitrary: fc.Arbitrary<MeshData>, count: number, fixed: Partial<MeshData>): readonly Named[] {
  const drawn = fc.sample(arbitrary, { seed, numRuns: 3 * count });
  const irs = drawn.flatMap((mesh) => supportedBy("istio", apart({ ...mesh, ...fixed })) ?? []).slice(0, count);
  assert.equal(irs.length, count, "too few of the drawn meshes are for Istio");
  return irs.map((ir, index) => ({ name: `mesh ${index} of seed ${seed}`, ir }));
}

type Port = { readonly kind: string; readonly number: number };
type WithPorts = { readonly ports?: Readonly<Record<string, Port>> };

/**
 * Ports that do not speak HTTP get numbers of their own: where addresses of services are not captured, a caller has one listener for
 * each number, and istiod lets the first protocol have it.
 */
function apart(mesh: MeshData): MeshData {
  let next = 3_000;
  const numbered = (port: Port): Port => (["tcp", "tls"].includes(port.kind) ? { ...port, number: next++ } : port);
  const each = <T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
  const all = (record: unknown): Record<string, MeshData["services"][string]> =>
    each((record ?? {}) as Record<string, WithPorts>, (one) => ({ ...one, ports: each(one.ports ?? {}, numbered) }));
  return { ...mesh, services: all(mesh.services), externals: all(mesh.externals) };
}
