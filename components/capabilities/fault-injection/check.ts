/** What is wrong with a fault on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import { isBodiless } from "../../contract/http.ts";
import { bodilessAbort, emptyFault } from "./codes.ts";
import type { FaultIr } from "./ir.ts";

export function checkFault({ abort, delay }: FaultIr, { report, path }: RoutePlace): void {
  if (!abort && !delay) report.add(emptyFault, {}, { path: [...path, "fault"], got: {} });
  if (abort && isBodiless(abort.status))
    report.add(
      bodilessAbort,
      { status: abort.status },
      { path: [...path, "fault", "abort", "status"], got: abort.status },
    );
}
