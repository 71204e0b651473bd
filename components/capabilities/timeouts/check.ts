/** What is wrong with timeouts on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import { formatDuration } from "../../values/duration.ts";
import { perTryTooLong } from "./codes.ts";
import type { TimeoutsIr } from "./ir.ts";

export function checkTimeouts({ request, perTry }: TimeoutsIr, { report, path }: RoutePlace): void {
  if (request === null || perTry === undefined || perTry < request) return;
  const args = { perTry: formatDuration(perTry), request: formatDuration(request) };
  report.add(perTryTooLong, args, { path: [...path, "perTryTimeout"] });
}
