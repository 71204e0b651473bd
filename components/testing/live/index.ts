/**
 * `meshwright/testing/live`: the same tests, judged by the simulator or by a mesh that runs on this machine. Loads what running a
 * mesh takes; `meshwright/testing` does not.
 */
import type { Mesh } from "../../model/mesh.ts";
import { compiled, TestMesh, type TestOptions } from "../test-mesh.ts";
import { LocalWorld } from "./local-world.ts";

export type { RequestOptions } from "../request-options.ts";
export type { TestMesh } from "../test-mesh.ts";
export { NoEnvoy } from "./local-world.ts";

export interface LiveTestOptions extends TestOptions {
  /** @default the environment variable MESHWRIGHT_TEST, else "simulator" */
  readonly against?: "simulator" | "local" | undefined;
}

/** As `testMesh` of `meshwright/testing`; `start` and `stop` it, and `await` the assertions. */
export function testMesh<VS, PS, XS, GS>(
  mesh: Mesh<VS, PS, XS, GS>,
  { against = fromEnvironment(), ...options }: LiveTestOptions = {},
): TestMesh<VS, PS, XS, GS> {
  return new TestMesh(compiled(mesh, options), against === "local" ? new LocalWorld() : undefined);
}

function fromEnvironment(): "simulator" | "local" {
  const wanted = process.env.MESHWRIGHT_TEST ?? "simulator";
  if (wanted === "simulator" || wanted === "local") return wanted;
  throw new Error(`MESHWRIGHT_TEST is "${wanted}"; it may be "simulator" or "local"`);
}
