/**
 * A process that tries mutants of the Envoy renderers on real Envoys: `envoy-worker.ts INSTRUMENTED STATE SEED TEST…`. Without a mutant it
 * looks whether everything holds, and writes to STATE what is then rendered; with one it looks at what is rendered otherwise.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { aimedAt } from "./envoy.ts";
import { serveMutants } from "./serve-mutants.ts";
import { serveInstrumented } from "./switch.ts";

const [instrumented = "", statePath = "", seedText = "", ...tests] = process.argv.slice(2);
const seed = Number(seedText);
const { mutants } = serveInstrumented(instrumented);

const { BehaviourTests } = await import("./behaviour-tests.ts");
const { canBeRigged, disagreement, generatedMeshes } = await import("./rigged-meshes.ts");
const { fingerprint } = await import("./rendered.ts");
await import("../../components/engines/envoy/update.ts");

/** What the original renders. */
interface State {
  /** Of the generated meshes. */
  readonly generated: readonly string[];
  readonly tested: readonly Tested[];
}

interface Tested {
  readonly test: string;
  readonly mesh: ReturnType<typeof generatedMeshes>[number];
  readonly print: string;
}

/** Of one Envoy. */
const MOST_ASKED = 6;

const isLive = (test: string): boolean => test.startsWith("test/live/");

const fileOf = new Map(mutants.map(({ id, file }) => [id, file]));

await serveMutants(async () => {
  const generated = generatedMeshes(seed);
  const suites = new BehaviourTests();
  let state: State | undefined;

  async function original(): Promise<string | undefined> {
    const wrong = await disagreement(generated.slice(0, MOST_ASKED), seed);
    if (wrong !== undefined) return wrong;
    const tested: Tested[] = [];
    for (const test of tests) {
      const { failed, meshes } = await suites.watch(test);
      if (failed !== undefined) return failed;
      // The meshes of properties are others each time.
      if (isLive(test)) tested.push(...meshes.map((mesh) => ({ test, mesh, print: fingerprint(mesh) })));
    }
    state = { generated: generated.map(fingerprint), tested };
    writeFileSync(statePath, JSON.stringify(state));
    return undefined;
  }

  async function byProof({ generated: before }: State): Promise<string | undefined> {
    const changed = generated.filter((mesh, index) => fingerprint(mesh) !== before[index]).filter(canBeRigged);
    if (changed.length === 0) return undefined;
    const once = () => disagreement(changed.slice(0, MOST_ASKED), seed);
    // An Envoy that does not start is tried twice.
    return once()
      .catch(once)
      .catch((error: unknown) => `${error}`);
  }

  /** Of those whose meshes are rendered otherwise, the aimed ones first; where none are, just these. */
  function choose({ tested }: State, mutant: string): readonly string[] {
    const aimed = aimedAt(fileOf.get(mutant) ?? "");
    const otherwise = new Set(tested.filter(({ mesh, print }) => fingerprint(mesh) !== print).map(({ test }) => test));
    if (otherwise.size === 0) return aimed;
    return [...aimed, ...otherwise].filter((test, index, all) => all.indexOf(test) === index);
  }

  return async (ask) => {
    if (ask === undefined) return original();
    state ??= JSON.parse(readFileSync(statePath, "utf8")) as State;
    const differs = await byProof(state);
    if (differs !== undefined) return `proof: ${differs}`;
    for (const test of choose(state, ask.mutant)) {
      const failed = await suites.failure(test);
      if (failed !== undefined) return failed;
    }
    return undefined;
  };
});
