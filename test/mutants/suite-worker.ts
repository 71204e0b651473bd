/**
 * A process with instrumented sources and a suite: `suite-worker.ts INSTRUMENTED TEST…`. Says what the tests cover, then for each
 * mutant that it is asked about which test kills it. A mutant in the environment is on from the beginning, for what happens while
 * modules are loaded.
 */
import { Suite } from "./suite.ts";
import { activate, coverage, serveInstrumented } from "./switch.ts";

export type Ask = { readonly mutant: string; readonly tests?: readonly string[] | undefined };
export type Verdict = { readonly killedBy: string | undefined };

const [instrumented = "", ...tests] = process.argv.slice(2);
const say = (message: unknown) => process.send?.(message);
serveInstrumented(instrumented);
const fromTheBeginning = process.env.__STRYKER_ACTIVE_MUTANT__;
if (fromTheBeginning !== undefined) activate(fromTheBeginning);

try {
  const suite = await Suite.load(tests);
  const failed = await suite.run();
  if (fromTheBeginning !== undefined) say({ killedBy: failed } satisfies Verdict);
  else {
    if (failed !== undefined) throw new Error(`fails without any mutant: ${failed}`);
    process.on("message", async ({ mutant, tests: covering }: Ask) => {
      activate(mutant);
      const killedBy = await suite.run(covering);
      activate(undefined);
      say({ killedBy } satisfies Verdict);
    });
    say(coverage());
  }
} catch (error) {
  if (fromTheBeginning === undefined) throw error;
  say({ killedBy: `loading: ${error instanceof Error ? error.message : error}` } satisfies Verdict);
}
