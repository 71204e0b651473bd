/**
 * From a model to the bytes of every proxy's files, at 10 to 10,000 services: whole processes on compiled JavaScript, three stages.
 * `node test/bench/main.ts compile`
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SEED } from "./generate.ts";
import { figure, median, slope } from "./summary.ts";

const SIZES = [10, 100, 1_000, 10_000] as const;
const LIMITS: Readonly<Record<number, number>> = { 1000: 350, 10000: 1_500 };
const STEEPEST = 1.1;
/** Turning blocks into text may cost half as much again as joining and hashing the text. */
const WRITE_GOAL = 1.5;

const runsOf = (size: number): number => (size >= 10_000 ? 3 : 5);

/** What one process says of itself, times in milliseconds. */
export interface Stages {
  /** Until the mesh is generated: the start of node and the loading of the compiler. */
  readonly start: number;
  readonly generate: number;
  /** Model → IR. */
  readonly compile: number;
  /** IR → blocks. */
  readonly render: number;
  /** Blocks → bytes: each block turned into text once, each file joined and hashed. */
  readonly write: number;
  /** The same bytes again, without turning anything into text. */
  readonly joinAndHash: number;
  readonly hash: string;
  readonly bytes: number;
  readonly files: number;
  readonly proxies: number;
  readonly edges: number;
  readonly peakBytes: number;
}

interface Run extends Stages {
  readonly wall: number;
}

export async function benchCompile(): Promise<readonly string[]> {
  const bySize = SIZES.map((size) => [size, Array.from({ length: runsOf(size) }, () => runOnce(size))] as const);
  const cost = (runs: readonly Run[]) => median(runs.map(toBlocks));
  const edges = bySize.map(([, runs]) => [runs[0]?.edges ?? 0, cost(runs)] as const);
  const services = bySize.map(([size, runs]) => [size, cost(runs)] as const);
  const steepness = (what: string, points: typeof edges) => {
    const whole = slope(points);
    return `log-log slope of model → blocks by ${what}: ${whole.toFixed(2)}, of the last step ${slope(points.slice(-2)).toFixed(2)}; ratio to limit ${(whole / STEEPEST).toFixed(2)} (limit ${STEEPEST})`;
  };
  return [
    `seed ${SEED}, ${SIZES.map((size) => `${runsOf(size)} runs of ${size}`).join(", ")}`,
    ...bySize.flatMap(([size, runs]) => linesOf(size, runs)),
    steepness("services", services),
    steepness("edges", edges),
  ];
}

function runOnce(size: number): Run {
  const program = fileURLToPath(new URL("compile-once.ts", import.meta.url));
  const started = performance.now();
  const output = execFileSync(process.execPath, [program, String(size), String(SEED)], { encoding: "utf8" });
  return { ...(JSON.parse(output) as Stages), wall: performance.now() - started };
}

const toBlocks = ({ compile, render }: Stages): number => compile + render;

function linesOf(size: number, runs: readonly Run[]): readonly string[] {
  const [first] = runs;
  if (first === undefined || runs.some(({ hash }) => hash !== first.hash))
    throw new Error(`two processes gave other bytes for the same ${size} services`);
  const each = (pick: (run: Run) => number) => runs.map(pick);
  const { edges, proxies, files, bytes } = first;
  return [
    `${size} services: ${edges} edges, ${proxies} proxies, ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${(bytes / edges).toFixed(0)} bytes an edge`,
    ...[
      figure(
        "model → IR",
        each(({ compile }) => compile),
        "ms",
      ),
      figure(
        "IR → blocks",
        each(({ render }) => render),
        "ms",
      ),
      figure("model → blocks", each(toBlocks), "ms", LIMITS[size]),
      figure(
        "blocks → bytes",
        each(({ write }) => write),
        "ms",
      ),
      figure(
        "blocks → bytes against join and hash",
        each(({ write, joinAndHash }) => write / joinAndHash),
        "times",
        WRITE_GOAL,
        "goal",
      ),
      figure(
        "whole process",
        each(({ wall }) => wall),
        "ms",
      ),
      figure(
        "of it node, the compiler's code and the mesh",
        each(({ start, generate }) => start + generate),
        "ms",
      ),
      figure(
        "peak memory",
        each(({ peakBytes }) => peakBytes / 2 ** 20),
        "MiB",
      ),
    ].map((line) => `  ${line}`),
  ];
}
