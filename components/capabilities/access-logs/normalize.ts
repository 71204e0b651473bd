/** From what was written to the IR, with the default. */
import { object, oneOf, type Read } from "../../contract/read.ts";
import type { AccessLogsIr } from "./ir.ts";
import { accessLogsSupport } from "./support.ts";

/** The field of a mesh, a service and a gateway that this slice owns. */
export const field = object({ requests: oneOf("all", "errors", "none") }, { support: accessLogsSupport });

export const normalizeAccessLogs = (written: Read<typeof field> | undefined): AccessLogsIr => ({
  requests: written?.requests ?? "errors",
});
