/** The whole of the simulator in one question: a compiled mesh, a request as a person writes it, the answer with its reasons. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { type Explanation, explain } from "./explain.ts";
import type { SimulatedRequest } from "./request.ts";
import { Simulator } from "./simulator.ts";
import { type RequestSpec, resolveRequest } from "./spec.ts";

export type Simulated =
  | { readonly kind: "explained"; readonly request: SimulatedRequest; readonly explanation: Explanation }
  /** The request does not fit the mesh: a name that is not there, a header that is none. */
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

/**
 * What a request will do, and why. Never throws for a request; what nobody can know is `unknown`, with the reason.
 *
 * For many requests to one mesh make a `Simulator` once and ask it: `new Simulator(ir).decide(request)`.
 *
 * @example simulate(ir, { from: "web", to: "reviews", path: "/x", headers: [["x-beta", "1"]] })
 * @errors MW5030 to MW5034, as diagnostics
 */
export function simulate(ir: MeshIr, spec: RequestSpec): Simulated {
  const resolved = resolveRequest(ir, spec);
  if (resolved.kind === "refused") return resolved;
  const { request } = resolved;
  return { kind: "explained", request, explanation: explain(new Simulator(ir), request) };
}
