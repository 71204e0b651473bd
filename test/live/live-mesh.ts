/**
 * A suite around one running mesh: compiled without a diagnostic, started once on real Envoy, always stopped.
 * Must not know what a capability does; that is each suite's own.
 */
import assert from "node:assert/strict";
import { unreachedRoute } from "../../components/capabilities/matching/codes.ts";
import { catalogue, compile, formatText, type Mesh, type MeshIr } from "../../components/index.ts";
import { ask, type Seen } from "../../components/local/ask.ts";
import { cacheDirectory } from "../../components/local/cache-directory.ts";
import { findEnvoy } from "../../components/local/envoy-binary.ts";
import type { Probe } from "../../components/local/probe.ts";
import { runProbe } from "../../components/local/run-probes.ts";
import { RunningMesh } from "../../components/local/running-mesh.ts";
import { skip } from "../skip.ts";
import { type Cell, titleOf } from "./cells.ts";

/** The mesh of a suite: there once its tests run. */
export type Live = () => RunningMesh;

export function liveMesh(title: string, mesh: Mesh, tests: (live: Live) => void, environment = "default"): void {
  describe(`live: ${title}`, () => {
    let running: RunningMesh | undefined;
    before(async function () {
      const envoy = await envoyOfThisRun();
      if (envoy.kind === "found") running = await RunningMesh.start(irOf(mesh, environment), { envoy: envoy.path });
      else skip(this, `no Envoy (${envoy.tried.join("; ")}); ${envoy.remedy}`);
    });
    after(() => running?.stop());
    tests(() => running as RunningMesh);
  });
}

/** A test that would fail if the renderer dropped one of these cells. */
export function shows(cells: Cell | readonly Cell[], title: string, test: () => Promise<void>): void {
  it(titleOf(title, typeof cells === "string" ? [cells] : cells), test);
}

export interface LiveProbe extends Probe {
  /** The cells that this request proves. */
  readonly shows?: Cell | readonly Cell[] | undefined;
}

/** A test for each request of the table. */
export function probes(live: Live, table: readonly LiveProbe[]): void {
  for (const { shows: cells = [], ...probe } of table)
    shows(cells, probe.name, async () => {
      const { agrees, seen, expected } = await runProbe(live(), probe);
      assert.ok(agrees, `expected ${expected}, saw ${seen}`);
    });
}

/** A request of a workload through its sidecar; no expectation. */
export const request = (live: Live, service: string, url: string, rest: Partial<Probe> = {}): Promise<Seen> =>
  ask(live(), { name: url, from: { service }, url, ...rest, expect: { status: 200 } });

/** What the stand-in that answered says of the request that it got. */
export const reportOf = ({ body }: Pick<Seen, "body">): Report => JSON.parse(body) as Report;

export interface Report {
  readonly service: string;
  readonly version: string | null;
  readonly identity: string;
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly peer: string | null;
}

/** Is a count of `n` independent draws within four standard deviations of its share? A right mesh fails once in 16,000. */
export function assertShare(count: number, n: number, share: number): void {
  const deviation = Math.sqrt(n * share * (1 - share));
  assert.ok(
    Math.abs(count - n * share) <= 4 * deviation,
    `${count} of ${n}, where ${n * share} ± ${4 * deviation} was expected`,
  );
}

/** So many at a time: more would measure the machine. */
const AT_ONCE = 16;

export async function repeat<T>(times: number, one: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < times; index = next++) results[index] = await one(index);
  };
  await Promise.all(Array.from({ length: Math.min(times, AT_ONCE) }, worker));
  return results;
}

/** A mesh that a test starts with or moves to: compiled without a diagnostic, but for routes that show that they never answer. */
export function irOf(mesh: Mesh, environment = "default"): MeshIr {
  const { ir, diagnostics } = compile(mesh.at(environment));
  assert.equal(
    formatText(
      catalogue,
      diagnostics.filter(({ severity, code }) => severity !== "note" && code !== unreachedRoute.id),
    ),
    formatText(catalogue, []),
    "the mesh of a live test has nothing to mend; what other engines of its do in part is a note",
  );
  return ir as MeshIr;
}

let search: ReturnType<typeof findEnvoy> | undefined;

/** One search for all suites: the last place it looks is an installation. */
const envoyOfThisRun = () =>
  (search ??= findEnvoy({
    env: process.env,
    cacheDir: cacheDirectory(process.env),
    onProgress: (text) => console.log(`    ${text}`),
  }));
