/** Mutants of the simulator, tried with the tests of its rules. */
import { glob } from "./files.ts";
import type { Mutant } from "./mutant.ts";
import type { Results } from "./report.ts";
import type { Coverage } from "./switch.ts";
import { TrialProcess } from "./trial-process.ts";

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
    const covered = await process.coverage();
    const results = new Map<Mutant, string | undefined>();
    for (const mutant of mutants) results.set(mutant, await killerOf(mutant, process, covered));
    return results;
  } finally {
    await process.stop();
  }
}

async function killerOf({ id }: Mutant, process: TrialProcess, covered: Coverage): Promise<string | undefined> {
  const tests = covered.tests[id];
  if (tests !== undefined) {
    const { killedBy } = await process.switchOn({ mutant: id, tests });
    if (killedBy !== undefined) return killedBy;
  }
  return covered.loading.includes(id) ? (await process.loadWith(id)).killedBy : undefined;
}
