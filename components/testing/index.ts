/** `meshwright/testing`: unit tests of a mesh, judged by the simulator. Pure; for any test runner. */
export type { Answer } from "./answer.ts";
export type { Coverage, Covered, LeastCoverage } from "./coverage.ts";
export type { Received } from "./expectation.ts";
export { WrongTest } from "./failure.ts";
export type { RequestOptions } from "./request-options.ts";
export type { Requests } from "./requests.ts";
export { type TestMesh, type TestOptions, testMesh } from "./test-mesh.ts";
