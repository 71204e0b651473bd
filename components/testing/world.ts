/** Where expectations are checked beside the simulator: a mesh that runs. Types only. */
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { SimulatedRequest } from "../simulate/request.ts";
import type { Verdict } from "../simulate/verdict.ts";
import type { Expectation } from "./expectation.ts";

export interface World {
  start(ir: MeshIr): Promise<void>;
  stop(): Promise<void>;
  /** What was seen, where that is not what is expected. */
  check(asked: Asked, expected: Expectation): Promise<string | undefined>;
}

export interface Asked {
  readonly request: SimulatedRequest;
  /** The key of the caller. */
  readonly from: string;
  readonly protocol: "http" | "grpc";
  readonly verdict: Verdict;
}
