/** Mutants of the Envoy renderers, tried with real Envoys: first against the simulator, then with the live tests of their slice. */
import { writeFile } from "node:fs/promises";
import { glob } from "./files.ts";
import { type Mutant, pathOf } from "./mutant.ts";
import { runWorker } from "./worker-process.ts";

export const envoyFiles = (): readonly string[] => [
  ...glob("components/engines/envoy/*.ts"),
  ...glob("components/capabilities/*/envoy.ts"),
];

/** Most of what the kit renders is in the way of every request; long route lists are in that of `matching` alone. */
const LIVE_TESTS_OF_THE_KIT = ["services", "gateways", "external-services", "mtls", "changes", "matching"];

function liveTestsFor(file: string): readonly string[] {
  const slice = /^components\/capabilities\/([^/]+)\//.exec(file)?.[1];
  return (slice === undefined ? LIVE_TESTS_OF_THE_KIT : [slice]).map((name) => `test/live/${name}.test.ts`);
}

export async function envoyKiller(
  instrumented: string,
  seed: number,
): Promise<(mutant: Mutant) => Promise<string | undefined>> {
  const hashes = pathOf(".cache/mutants/hashes.json");
  const rendered = await runWorker<readonly string[] | { killedBy: string }>("envoy-worker.ts", [
    instrumented,
    `${seed}`,
  ]);
  if (!Array.isArray(rendered)) throw new Error("simulator and Envoy differ without any mutant");
  await writeFile(hashes, JSON.stringify(rendered));
  const liveSuites = new Map<string, boolean>();
  const passes = async (tests: readonly string[]): Promise<boolean> => {
    const key = tests.join(" ");
    const known =
      liveSuites.get(key) ?? !("killedBy" in (await runWorker<object>("suite-worker.ts", [instrumented, ...tests])));
    liveSuites.set(key, known);
    return known;
  };
  return async ({ id, file }) => {
    const byProof = await runWorker<Verdict>("envoy-worker.ts", [instrumented, `${seed}`, hashes], id);
    if (byProof.killedBy !== undefined) return `proof: ${byProof.killedBy}`;
    const tests = liveTestsFor(file);
    if (!(await passes(tests))) throw new Error(`fails without any mutant: ${tests.join(" ")}`);
    const byLive = await runWorker<Verdict>("suite-worker.ts", [instrumented, ...tests], id);
    return byLive.killedBy === undefined ? undefined : `live: ${byLive.killedBy}`;
  };
}

interface Verdict {
  readonly killedBy?: string | undefined;
}
