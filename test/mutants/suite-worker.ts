/**
 * A process with instrumented sources and a suite: `suite-worker.ts INSTRUMENTED TEST…`. Says what the tests cover, then for each
 * mutant that it is asked about which test kills it.
 */
import { serveMutants } from "./serve-mutants.ts";
import { Suite } from "./suite.ts";
import { serveInstrumented } from "./switch.ts";

const [instrumented = "", ...tests] = process.argv.slice(2);
serveInstrumented(instrumented);
await serveMutants(async () => {
  const suite = await Suite.load(tests);
  return async (ask) => (await suite.run(ask?.tests))?.test;
});
