/** The switches of instrumented sources: one mutant at a time is on, or none; which ones were passed is counted. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import type { Instrumented } from "./mutant.ts";

type Counts = Readonly<Record<string, number>>;

/** What Stryker's instrumenter writes into sources refers to this global. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number;
  mutantCoverage?: { static: Counts; perTest: Record<string, Counts> };
}

const switches: Switches = ((globalThis as { __stryker__?: Switches }).__stryker__ ??= {});

/** From now on what is imported is the instrumented source. */
export function serveInstrumented(path: string): Instrumented {
  const instrumented = JSON.parse(readFileSync(path, "utf8")) as Instrumented;
  registerHooks({
    load(url, context, next) {
      const source = instrumented.sources[url];
      return source === undefined ? next(url, context) : { format: "module-typescript", source, shortCircuit: true };
    },
  });
  return instrumented;
}

/** A mutant that is passed far more often than any test passes it has made a loop without end; it then throws. */
const MOST_HITS = 1_000_000;

export function activate(mutant: string | undefined): void {
  switches.activeMutant = mutant;
  switches.hitCount = 0;
  switches.hitLimit = MOST_HITS;
}

/** Counts go to this test; to the loading of modules where there is none. */
export function countFor(test: string | undefined): void {
  switches.currentTestId = test;
}

export interface Coverage {
  /** Mutants that were passed while modules were loaded, or by hooks of tests: to try them, modules have to be loaded anew. */
  readonly loading: readonly string[];
  /** By mutant, the tests that pass it. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

export function coverage(): Coverage {
  const tests: Record<string, string[]> = {};
  for (const [test, counts] of Object.entries(switches.mutantCoverage?.perTest ?? {}))
    for (const mutant of Object.keys(counts)) (tests[mutant] ??= []).push(test);
  return { loading: Object.keys(switches.mutantCoverage?.static ?? {}), tests };
}
