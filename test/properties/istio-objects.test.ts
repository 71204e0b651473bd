/** DESIGN section 5 as properties of random meshes on Istio: deterministic, ordered, in their own namespaces, and text stays text. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { formatObjects } from "../../cli/object-files.ts";
import { kindOrder } from "../../components/engines/istio/order.ts";
import type { MeshObject } from "../../components/engines/kubernetes.ts";
import { compile } from "../../components/passes/compile.ts";
import { istioObjects } from "../../components/passes/render.ts";
import { type MeshData, meshes } from "../generate/mesh.ts";
import { seed } from "../generate/seed.ts";
import { supportedBy } from "../generate/supported.ts";

/** A drawn mesh is too large to be made smaller: the seed tells enough. */
const runs = { seed, numRuns: 100, endOnFailure: true };

/** Without what Istio cannot do; `undefined` where the rest makes no sense. */
function objectsOf(mesh: MeshData): readonly MeshObject[] | undefined {
  const ir = supportedBy("istio", JSON.parse(JSON.stringify(mesh)) as MeshData);
  return ir === undefined ? undefined : istioObjects(ir);
}

const reversed = (value: unknown): unknown =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, child]) => [key, reversed(child)]),
      );

describe(`objects of Istio (seed ${seed})`, function () {
  this.timeout(120_000);

  it("are drawn: a good share of the meshes can run there", () => {
    const drawn = fc.sample(meshes, { seed, numRuns: 100 }).map(objectsOf);
    const share = drawn.filter((objects) => objects !== undefined).length / drawn.length;
    assert.ok(share > 0.3, `only ${share} of the meshes can run on Istio: the properties below would say little`);
  });

  it("are the same for the same mesh, whatever the order of its keys", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const objects = objectsOf(mesh);
        assert.deepEqual(objectsOf(mesh), objects);
        assert.deepEqual(objectsOf(reversed(mesh) as MeshData), objects);
      }),
      runs,
    );
  });

  it("have ids of their own and come after what must be there before them, kind by kind", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const seen = new Set<string>();
        const kinds: readonly string[] = kindOrder;
        let last = 0;
        for (const { id, after, object } of objectsOf(mesh) ?? []) {
          assert.ok(!seen.has(id), `${id} is there twice`);
          for (const one of after) assert.ok(seen.has(one), `${one} is not before ${id}`);
          seen.add(id);
          const kind = kinds.indexOf(object.kind);
          assert.ok(kind >= last, id);
          last = kind;
        }
      }),
      runs,
    );
  });

  it("live in the namespaces of the mesh and are seen by those alone", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const own = namespacesOf(mesh);
        for (const { id, object } of objectsOf(mesh) ?? []) {
          assert.ok(own.has(object.metadata.namespace ?? ""), id);
          const { exportTo = [] } = object.spec as { readonly exportTo?: readonly string[] };
          for (const namespace of exportTo) assert.ok(namespace === "." || own.has(namespace), `${id} to ${namespace}`);
        }
      }),
      runs,
    );
  });

  it("come out of YAML 1.1, which Kubernetes reads, and of 1.2 as they went in", () => {
    fc.assert(
      fc.property(meshes, (mesh) => {
        const objects = (objectsOf(mesh) ?? []).map(({ object }) => object);
        if (objects.length === 0) return;
        // Line ends to YAML 1.1 alone, or no characters to it at all; this reader takes them for others.
        assert.doesNotMatch(formatObjects(objects), /[\u0085\u2028\u2029\u007f-\u009f]/);
        for (const version of ["1.1", "1.2"] as const) {
          const read = parseAllDocuments(formatObjects(objects), { version });
          assert.deepEqual(
            (read as { toJS(): unknown }[]).map((document) => document.toJS()),
            objects,
          );
        }
      }),
      runs,
    );
  });
});

function namespacesOf(mesh: MeshData): ReadonlySet<string> {
  const { ir } = compile(JSON.parse(JSON.stringify(mesh)));
  return new Set([...(ir?.services ?? []), ...(ir?.gateways ?? [])].map(({ namespace }) => namespace));
}
