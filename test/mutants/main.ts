/**
 * Mutation testing: `main.ts [FILE…]` changes the simulator in every way that Stryker knows, one at a time, and expects a test of
 * behaviour to fail. Files limit it to these.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { instrument, pathOf } from "./mutant.ts";
import { formatFiles, formatJudgement, judge } from "./report.ts";
import { simulateFiles, trySimulate } from "./simulate.ts";
import { knownSurvivors } from "./survivors.ts";
import { typeChecker } from "./typed.ts";

const LEAST_KILLED = 0.9;
const wanted = process.argv.slice(2);
const started = Date.now();

const files = simulateFiles().filter((file) => wanted.length === 0 || wanted.includes(file));
const made = await instrument(files);
const compiles = typeChecker(files);
const mutants = made.mutants.filter(compiles);
console.log(`simulator: ${made.mutants.length} mutants in ${files.length} files; ${mutants.length} compile`);
await mkdir(pathOf(".cache/mutants"), { recursive: true });
const instrumented = pathOf(".cache/mutants/simulate.json");
await writeFile(instrumented, JSON.stringify(made));

const results = await trySimulate(mutants, instrumented);
const judgement = judge(results, made.mutants, knownSurvivors());
console.log(`${formatFiles(results)}\n${formatJudgement(judgement)}`);
console.log(`after ${Math.round((Date.now() - started) / 1000)} s`);
const { killed, tried, unlisted, stale } = judgement;
process.exitCode = killed >= LEAST_KILLED * tried && unlisted.length + stale.length === 0 ? 0 : 1;
