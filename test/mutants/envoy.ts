/** Mutants of the Envoy renderers, tried with real Envoys: first against the simulator, then with live tests. */
import { glob } from "./files.ts";
import { type Mutant, pathOf } from "./mutant.ts";
import type { Results } from "./report.ts";
import { TrialProcess } from "./trial-process.ts";

export const envoyFiles = (): readonly string[] => [
  ...glob("components/engines/envoy/*.ts"),
  ...glob("components/capabilities/*/envoy.ts"),
];

/** What shows the behaviour of a file that is not in any rendering of a whole mesh. */
const AIMED: Readonly<Record<string, readonly string[]>> = {
  "components/engines/envoy/update.ts": ["test/properties/update.test.ts", "test/live/changes.test.ts"],
  "components/engines/envoy/block.ts": ["test/properties/update.test.ts"],
  "components/engines/envoy/callees.ts": ["test/properties/recompile.test.ts"],
  "components/engines/envoy/callee-port.ts": ["test/properties/recompile.test.ts"],
  "components/engines/envoy/fragments.ts": ["test/unit/engines/envoy/fragments.test.ts"],
  "components/engines/envoy/names.ts": ["test/live/written-files.test.ts"],
  "components/engines/envoy/placement.ts": ["test/unit/engines/envoy/placement.test.ts", "test/live/services.test.ts"],
  "components/engines/envoy/render.ts": [
    "test/properties/update.test.ts",
    "test/properties/recompile.test.ts",
    "test/live/services.test.ts",
    "test/live/gateways.test.ts",
  ],
};

/** The tests that aim at what a file does, whatever it renders. */
export function aimedAt(file: string): readonly string[] {
  const slice = /^components\/capabilities\/([^/]+)\//.exec(file)?.[1];
  return slice === undefined ? (AIMED[file] ?? []) : [`test/live/${slice}.test.ts`];
}

/** They start a process that is not instrumented, or show in a minute what others show in a second. */
const OTHERS = new Set(
  ["attacks", "coverage", "run", "surprises", "user-tests"].map((name) => `test/live/${name}.test.ts`),
);

export const behaviourTests = (): readonly string[] => [
  ...glob("test/live/*.test.ts").filter((file) => !OTHERS.has(file)),
  ...new Set(
    Object.values(AIMED)
      .flat()
      .filter((file) => !file.startsWith("test/live/")),
  ),
];

/** Processes at a time, one for each processor of a small machine. */
const AT_ONCE = 2;

/**
 * Each mutant in a process of its own: what the renderers remember would outlive it.
 *
 * @param note told of each as it is known
 */
export async function tryEnvoy(
  mutants: readonly Mutant[],
  instrumented: string,
  seed: number,
  note: (mutant: Mutant, killedBy: string | undefined) => void,
): Promise<Results> {
  const state = pathOf(".cache/mutants/rendered.json");
  const process = new TrialProcess("envoy-worker.ts", [instrumented, state, `${seed}`, ...behaviourTests()], 1_200_000);
  await process.coverage();
  await process.stop();
  const results = new Map<Mutant, string | undefined>(mutants.map((mutant) => [mutant, undefined]));
  const left = [...mutants];
  const worker = async () => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const { killedBy } = await process.loadWith(mutant.id);
      results.set(mutant, killedBy);
      note(mutant, killedBy);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
