/** What is wrong with a fault on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import { emptyFault } from "./codes.ts";
import type { FaultIr } from "./ir.ts";

export function checkFault(fault: FaultIr, { report, path }: RoutePlace): void {
  if (!fault.abort && !fault.delay) report.add(emptyFault, {}, { path: [...path, "fault"], got: {} });
}
