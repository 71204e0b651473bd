/**
 * DESIGN section 5, 4: proportional. However some services change, compiling just those again says and renders what compiling
 * everything does, and only the files of neighbours differ. Meshes and changes have every field there is.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { placementOf } from "../../components/engines/envoy/placement.ts";
import type { MeshIr, ServiceIr } from "../../components/ir/mesh-ir.ts";
import { type Compiled, compile, recompile } from "../../components/passes/compile.ts";
import { envoyRenderer } from "../../components/passes/render.ts";
import { change, changedMesh } from "../generate/change.ts";
import { meshes } from "../generate/mesh.ts";
import { seed } from "../generate/seed.ts";
import { filesOf } from "./rendered.ts";

/** Every purpose has an address of its own, whoever asks first: bytes can be compared. */
const placement = () =>
  placementOf(
    (purpose) => ({
      host: "127.0.0.1",
      port: [...purpose].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) % 2 ** 40, 7),
    }),
    "rendered",
  );

const hasErrors = ({ diagnostics }: Compiled): boolean => diagnostics.some(({ severity }) => severity === "error");
const rendered = (ir: MeshIr) => filesOf(envoyRenderer(placement()).render(ir));

/** Who may see a change of these services, before or after: they, who calls them, and where they and their routes lead. */
function neighbours(changed: readonly string[], ...irs: readonly MeshIr[]): ReadonlySet<string> {
  const here = irs.flatMap(({ services }) => services.filter(({ key }) => changed.includes(key)));
  return new Set(here.flatMap(neighboursOf));
}

const neighboursOf = ({ id, calls, callers, routes }: ServiceIr): readonly string[] => [
  id,
  ...calls.map(({ to }) => to),
  ...callers.map(({ from }) => from),
  ...routes.flatMap((table) =>
    table.routes.flatMap(({ split }) => split?.destinations.map(({ service }) => service) ?? []),
  ),
];

/** Without a comparison of the texts by letters, which takes gigabytes for files that have little in common. */
const requireSame = (path: string, actual: string | undefined, expected: string | undefined) =>
  assert.ok(actual === expected, `${path} is another file`);

describe(`recompiling (seed ${seed})`, function () {
  this.timeout(60_000);

  it("says what compiling everything says", () => {
    fc.assert(
      fc.property(meshes, fc.array(change, { minLength: 1, maxLength: 3 }), (before, changes) => {
        const { mesh, changed } = changedMesh(before, changes);
        const again = recompile(compile(before), mesh, changed);
        const whole = compile(mesh);
        assert.deepEqual(again.ir, whole.ir);
        assert.deepEqual(again.diagnostics, whole.diagnostics);
      }),
      { seed, numRuns: 400, endOnFailure: true },
    );
  });

  it("renders what rendering everything renders, and changes only the files of neighbours", () => {
    let compared = 0;
    fc.assert(
      fc.property(meshes, fc.array(change, { minLength: 1, maxLength: 2 }), (before, changes) => {
        const { mesh, changed } = changedMesh(before, changes);
        const first = compile(before);
        const again = recompile(first, mesh, changed);
        if (hasErrors(again) || again.changed === undefined || first.ir === undefined || again.ir === undefined) return;
        compared++;
        const renderer = envoyRenderer(placement());
        const old = filesOf(renderer.render(first.ir));
        const now = new Map([...old, ...filesOf(renderer.rerender(again.changed))]);
        for (const [path, text] of rendered(again.ir)) requireSame(path, now.get(path), text);
        const near = neighbours(changed, first.ir, again.ir);
        const far = again.ir.services.filter(({ id }) => !near.has(id));
        for (const { namespace, name } of far)
          for (const [path, text] of now)
            if (path.startsWith(`${namespace}/${name}/`) || path.startsWith(`${namespace}/${name} `))
              requireSame(path, text, old.get(path));
      }),
      { seed, numRuns: 400, endOnFailure: true },
    );
    assert.ok(compared > 40, `only ${compared} changes were compared`);
  });
});
