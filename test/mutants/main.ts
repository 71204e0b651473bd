/**
 * Mutation testing: `main.ts simulator|envoy [FILE…]` changes the code in every way that Stryker knows, one at a time, and expects
 * behaviour to change: a test of the simulator's rules fails, or real Envoys answer otherwise. Files limit it to these.
 *
 *   MESHWRIGHT_MUTANTS  how many mutants of the renderers; 60 unless told
 *   MESHWRIGHT_SEED     which of them; the same unless told
 */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { sortedBy } from "../../components/values/order.ts";
import { envoyFiles, tryEnvoy } from "./envoy.ts";
import { instrument, type Mutant, pathOf } from "./mutant.ts";
import { formatFiles, formatJudgement, formatMutant, judge, type Results, shareKilled } from "./report.ts";
import { simulateFiles, trySimulate } from "./simulate.ts";
import { knownSurvivors } from "./survivors.ts";
import { typeChecker } from "./typed.ts";

const LEAST_KILLED = 0.9;
/** Of the sample whose survivors have their reasons in survivors.json; another one may show mutants that nobody has read yet. */
const SEED = 20_261;
const [part, ...wanted] = process.argv.slice(2);
const seed = Number(process.env.MESHWRIGHT_SEED ?? SEED);
const sample = Number(process.env.MESHWRIGHT_MUTANTS ?? 60);

async function simulator(mutants: readonly Mutant[], instrumented: string): Promise<Results> {
  console.log(`  ${mutants.length} of them compile, each is tried`);
  return trySimulate(mutants, instrumented);
}

async function envoy(mutants: readonly Mutant[], instrumented: string): Promise<Results> {
  console.log(`  ${mutants.length} of them are tried (seed ${seed})`);
  return tryEnvoy(mutants, instrumented, seed, (mutant, killedBy) =>
    console.log(`  ${formatMutant(mutant)}\n      ${killedBy?.replaceAll(/\s+/g, " ").slice(0, 200) ?? "SURVIVES"}`),
  );
}

/** @returns whether enough were killed, and every survivor has its reason */
async function test(
  name: string,
  all: readonly string[],
  choose: (mutants: readonly Mutant[], compiles: (mutant: Mutant) => boolean) => readonly Mutant[],
  tryAll: (mutants: readonly Mutant[], instrumented: string) => Promise<Results>,
): Promise<boolean> {
  const started = Date.now();
  const files = all.filter((file) => wanted.length === 0 || wanted.includes(file));
  const made = await instrument(files);
  console.log(`${name}: ${made.mutants.length} mutants in ${files.length} files`);
  const instrumented = pathOf(`.cache/mutants/${name}.json`);
  await mkdir(pathOf(".cache/mutants"), { recursive: true });
  await writeFile(instrumented, JSON.stringify(made));
  const results = await tryAll(choose(made.mutants, typeChecker(files)), instrumented);
  const judgement = judge(results, made.mutants, knownSurvivors());
  console.log(
    `${formatFiles(results)}\n${formatJudgement(judgement)}, after ${Math.round((Date.now() - started) / 1000)} s`,
  );
  const { unlisted, stale } = judgement;
  return shareKilled(judgement) >= LEAST_KILLED && unlisted.length + stale.length === 0;
}

/**
 * Without replacement; only those that are drawn are compiled. The place of a mutant in the draw depends on what it is alone, so a change of
 * one renderer leaves the mutants of the others in the sample.
 */
function drawn(mutants: readonly Mutant[], compiles: (mutant: Mutant) => boolean): readonly Mutant[] {
  const found: Mutant[] = [];
  for (const mutant of sortedBy(mutants, drawOf)) {
    if (found.length === sample) break;
    if (compiles(mutant)) found.push(mutant);
  }
  return found;
}

const drawOf = ({ file, inLine, original, replacement }: Mutant): string =>
  createHash("sha256")
    .update(JSON.stringify([seed, file, inLine, original, replacement]))
    .digest("hex");

const passed: boolean[] = [];
if (part !== "envoy")
  passed.push(await test("simulator", simulateFiles(), (all, compiles) => all.filter(compiles), simulator));
if (part !== "simulator") passed.push(await test("envoy", envoyFiles(), drawn, envoy));
process.exitCode = passed.every(Boolean) ? 0 : 1;
