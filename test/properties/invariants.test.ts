/** DESIGN section 5 as properties of random meshes: 3 deterministic, 4 proportional, 6 no secret leaves. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stablePlacement } from "../../components/engines/envoy/placement.ts";
import type { ServiceIr } from "../../components/ir/mesh-ir.ts";
import { compile, recompile } from "../../components/passes/compile.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { seed } from "../generate/seed.ts";
import { arbitraryMesh } from "./arbitrary-mesh.ts";
import { type Files, filesOf, render } from "./rendered.ts";
import { permuted } from "./transformed-mesh.ts";

const runs = { seed, numRuns: 150 };

describe(`properties of random meshes (seed ${seed})`, function () {
  this.timeout(120_000);

  it("generated meshes compile, nearly all of them", () => {
    const outcomes = fc.sample(arbitraryMesh, { seed, numRuns: 200 }).map((mesh) => render(mesh) !== undefined);
    const share = outcomes.filter(Boolean).length / outcomes.length;
    assert.ok(share > 0.9, `only ${share} of the meshes compile: the properties below would say little`);
  });

  it("the same mesh gives the same bytes, whatever the order of its keys", () => {
    fc.assert(
      fc.property(arbitraryMesh, (mesh) => {
        const files = render(mesh);
        assert.deepEqual(render(mesh), files);
        assert.deepEqual(render(permuted(mesh)), files);
      }),
      runs,
    );
  });

  it("compiling a change again gives what compiling everything gives, and touches only neighbours", () => {
    fc.assert(
      fc.property(arbitraryMesh, fc.nat(), (mesh, pick) => {
        const keys = Object.keys(mesh.routes);
        const key = keys[pick % Math.max(1, keys.length)];
        if (key === undefined || render(mesh) === undefined) return;
        const before = compile(mesh);
        const renderer = envoyRenderer(stablePlacement());
        const old = filesOf(renderer.render(before.ir as NonNullable<typeof before.ir>));
        const changed = {
          ...mesh,
          routes: {
            ...mesh.routes,
            [key]: {
              ...mesh.routes[key],
              extra: { when: { kind: "path-exact", path: "/only-here" }, priority: 900, respond: { status: 418 } },
            },
          },
        };
        const whole = render(changed) as Files;
        const again = recompile(before, changed, [key]);
        const fresh = filesOf(renderer.rerender(again.changed ?? []));
        const merged = new Map([...old, ...fresh]);
        assert.deepEqual(new Map([...merged].sort()), new Map([...whole].sort()));
        const service = again.ir?.services.find((one) => one.key === key) as ServiceIr;
        const near = new Set<string>(
          [service.id, ...service.callers.map(({ from }) => from), ...service.calls.map(({ to }) => to)].map((id) =>
            id.split("/").slice(1).join("/"),
          ),
        );
        for (const [path, text] of whole) {
          const owner = path.split(" ")[0]?.split("/").slice(0, 2).join("/") ?? "";
          if (!near.has(owner)) assert.equal(text, old.get(path), `${path} is no neighbour's`);
        }
      }),
      runs,
    );
  });

  it("no private key and no content of a secret is ever rendered", () => {
    fc.assert(
      fc.property(arbitraryMesh, (mesh) => {
        for (const [path, text] of render(mesh) ?? []) assert.doesNotMatch(text, /PRIVATE KEY|BEGIN CERTIFICATE/, path);
      }),
      { seed, numRuns: 50 },
    );
  });
});
