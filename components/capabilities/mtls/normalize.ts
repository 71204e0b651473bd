/** From what was written to the IR: a service takes the mesh's mode, and strict where nobody said anything. */
import type { ServicePlace } from "../../contract/capability.ts";
import { date, type Read, union, variant } from "../../contract/read.ts";
import type { MtlsIr } from "./ir.ts";
import { mtlsSupport } from "./support.ts";

/** The field of a mesh and of a service that this slice owns. */
export const field = union(
  {
    strict: variant("strict", {}),
    permissive: variant("permissive", { until: date }, { support: mtlsSupport, required: ["until"] }),
  },
  mtlsSupport,
);

export function normalizeMtls(written: Read<typeof field> | undefined, { path }: ServicePlace): MtlsIr {
  if (written?.kind !== "permissive") return { mode: "strict" };
  return { mode: "permissive", until: written.until, path: [...path, "mtls"] };
}
