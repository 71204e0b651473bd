/** What is wrong with retries on every engine. */
import type { RoutePlace } from "../../contract/capability.ts";
import { formatDuration } from "../../values/duration.ts";
import { backOffOrder } from "./codes.ts";
import type { RetriesIr } from "./ir.ts";

export function checkRetries({ backOff: { base, max } }: RetriesIr, { report, path }: RoutePlace): void {
  if (max >= base) return;
  report.add(
    backOffOrder,
    { base: formatDuration(base), max: formatDuration(max) },
    { path: [...path, "retries", "backOff"] },
  );
}
