import { deepEqual, equal, ok } from "node:assert/strict";
import { compile } from "meshwright";
import { Random } from "../generate/random.ts";
import { generateMesh } from "./generate.ts";
import { generateGraph } from "./graph.ts";

const SIZE = 7_483;

const near = (found: number, target: number, what: string): void =>
  ok(Math.abs(found - target) <= 0.08 * target, `${what}: ${found}, not near ${target}`);

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The degree that a share of services does not exceed. */
const quantile = (degrees: readonly number[], share: number): number =>
  degrees.toSorted((a, b) => a - b)[Math.ceil(share * degrees.length) - 1] ?? Number.NaN;

describe("generated meshes", () => {
  const graph = generateGraph(SIZE, new Random(1));
  const calls = graph.map(({ length }) => length);
  const callers = calls.map(() => 0);
  for (const callee of graph.flat()) callers[callee] = (callers[callee] ?? 0) + 1;

  it("call as many services as Meta's do", () => {
    near(quantile(calls, 0.5), 4, "median");
    near(mean(calls), 12.4, "mean");
    near(quantile(calls, 0.9), 23, "p90");
    near(quantile(calls, 0.95), 41, "p95");
    near(quantile(calls, 0.99), 136, "p99");
    near(quantile(calls, 0.999), 686, "p99.9");
    equal(Math.max(...calls), Math.floor(SIZE / 7));
  });

  it("are called by as many as Meta's are", () => {
    near(callers.filter((count) => count === 0).length / SIZE, 0.39, "share without callers");
    equal(quantile(callers, 0.5), 1);
    near(quantile(callers, 0.99), 172, "p99");
    near(Math.max(...callers), 2_967, "max");
  });

  it("have no call twice and none of a service by itself", () => {
    for (const [service, callees] of graph.entries()) equal(new Set([...callees, service]).size, callees.length + 1);
  });

  it("are the same for the same seed, and others for another", () => {
    deepEqual(generateMesh(50, 7), generateMesh(50, 7));
    ok(JSON.stringify(generateMesh(50, 7)) !== JSON.stringify(generateMesh(50, 8)));
  });

  it("compile without a diagnostic", () => deepEqual(compile(generateMesh(300)).diagnostics, []));
});
