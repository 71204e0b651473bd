/** From what was written to the IR, with the defaults. */
import { boolean, object, type Read } from "../../contract/read.ts";
import type { RequestMetricsIr } from "./ir.ts";
import { requestMetricsSupport } from "./support.ts";

/** The field of a mesh, a service and a gateway that this slice owns. */
export const field = object({ requests: boolean, connections: boolean }, { support: requestMetricsSupport });

export const normalizeMetrics = (written: Read<typeof field> | undefined): RequestMetricsIr => ({
  requests: written?.requests ?? true,
  connections: written?.connections ?? true,
});
