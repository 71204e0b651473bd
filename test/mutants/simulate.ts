/** Mutants of the simulator, tried with the tests of its rules. */
import { glob } from "./files.ts";
import type { Mutant } from "./mutant.ts";
import type { Results } from "./report.ts";
import { TrialProcess, type Verdict } from "./trial-process.ts";

/** Pages and tables for people are pinned by the tests of the command line; the texts of diagnostics by their pages. */
const FOR_PEOPLE = new Set(["codes", "format", "matrix-html"].map((name) => `components/simulate/${name}.ts`));

export const simulateFiles = (): readonly string[] => [
  ...glob("components/simulate/*.ts").filter((file) => !FOR_PEOPLE.has(file)),
  ...["condition", "message", "prefix"].map((name) => `components/contract/${name}.ts`),
  ...glob("components/capabilities/*/simulate.ts"),
];

export async function trySimulate(mutants: readonly Mutant[], instrumented: string): Promise<Results> {
  const process = new TrialProcess("suite-worker.ts", [instrumented, ...glob("test/unit/simulate/*.test.ts")], 240_000);
  try {
    const { loading, tests } = await process.coverage();
    const anew = new Set(loading);
    const results = new Map<Mutant, string | undefined>(mutants.map((mutant) => [mutant, undefined]));
    const trying = async (some: readonly Mutant[], tried: (mutant: string) => Promise<Verdict>) => {
      for (const mutant of some) results.set(mutant, (await tried(mutant.id)).killedBy);
    };
    // Loading takes as long as everything else: the two share the processors.
    await Promise.all([
      trying(
        mutants.filter(({ id }) => anew.has(id)),
        (mutant) => process.loadWith(mutant),
      ),
      trying(
        mutants.filter(({ id }) => !anew.has(id) && tests[id] !== undefined),
        (mutant) => process.switchOn({ mutant, tests: tests[mutant] }),
      ),
    ]);
    return results;
  } finally {
    await process.stop();
  }
}
