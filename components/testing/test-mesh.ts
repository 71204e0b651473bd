/** A mesh under test: who may be made to ask, and what the tests have exercised. */
import { diagnose } from "../diagnostics/diagnostic.ts";
import { hasErrors } from "../diagnostics/report.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { Mesh } from "../model/mesh.ts";
import { compile } from "../passes/compile.ts";
import { nearest } from "../values/name.ts";
import { unknownTestEnvironment } from "./codes.ts";
import { Context } from "./context.ts";
import { type Coverage, formatCoverage, isBelow, type LeastCoverage } from "./coverage.ts";
import { belowCoverage, WrongTest } from "./failure.ts";
import { Requests } from "./requests.ts";
import type { World } from "./world.ts";

export interface TestOptions {
  /** @default the only one */
  readonly environment?: string | undefined;
}

/**
 * @example
 * const mesh = testMesh(shop);
 * it("sends testers to the canary", () => {
 *   mesh.from("web").get("/x", { headers: { "x-beta": "1" } }).reaches("reviews", "v2");
 * });
 */
export const testMesh = <VS, PS, XS, GS>(
  mesh: Mesh<VS, PS, XS, GS>,
  options: TestOptions = {},
): TestMesh<VS, PS, XS, GS> => new TestMesh(compiled(mesh, options), undefined);

export class TestMesh<VS, PS, XS, GS> {
  readonly #context: Context;

  constructor(ir: MeshIr, world: World | undefined) {
    this.#context = new Context(ir, world);
  }

  /** A workload of the mesh, through its own proxy. */
  from(caller: keyof PS & string): Requests<VS, PS, XS> {
    return new Requests(this.#context, { from: caller });
  }

  /** A client outside, at the gateway that serves the host. */
  outside(gateway?: keyof GS & string): Requests<VS, PS, XS> {
    return new Requests(this.#context, { from: "outside", gateway });
  }

  /** Somebody with an identity of the mesh that calls nobody, straight at the port of a service. */
  stranger(): Requests<VS, PS, XS> {
    return new Requests(this.#context, { from: "stranger" });
  }

  /** Somebody without TLS, straight at the port of a service. */
  plaintext(): Requests<VS, PS, XS> {
    return new Requests(this.#context, { from: "plaintext" });
  }

  // --- what was exercised ----------------------------------------------------------------------------------------------

  coverage(): Coverage {
    return this.#context.coverage.report();
  }

  coverageText(): string {
    return formatCoverage(this.coverage());
  }

  /** Throws where a route or an access rule decided no request that a test expects something of. */
  assertCovered(least: LeastCoverage = {}): void {
    if (isBelow(this.coverage(), least)) throw belowCoverage(this.coverageText(), this.assertCovered);
  }

  // --- against a running mesh ------------------------------------------------------------------------------------------

  /** Starts the mesh where tests run against one; otherwise there is nothing to start. */
  async start(): Promise<void> {
    await this.#context.world?.start(this.#context.ir);
  }

  /** Waits for what nobody has waited for, and stops what was started. */
  async stop(): Promise<void> {
    try {
      for (const answer of this.#context.pending) await answer;
    } finally {
      await this.#context.world?.stop();
    }
  }
}

/** @throws WrongTest where the mesh has errors, or no such environment */
export function compiled(mesh: Mesh, { environment: wanted }: TestOptions): MeshIr {
  const known = mesh.environments;
  const environment = wanted ?? (known.length === 1 ? known[0] : undefined);
  if (environment === undefined || !known.includes(environment)) {
    const args = { name: wanted ?? "", nearest: nearest(wanted ?? "", known) ?? "", known };
    throw new WrongTest("the test has no mesh", [diagnose(unknownTestEnvironment, args, { path: [] })]);
  }
  const { ir, diagnostics } = compile(mesh.at(environment), { environment });
  if (ir === undefined || hasErrors(diagnostics)) throw new WrongTest("the mesh has errors", diagnostics);
  return ir;
}
