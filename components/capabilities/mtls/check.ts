/** What is wrong with a mode on every engine: only dates, and only where the edge says what day it is. */
import type { ServicePlace } from "../../contract/capability.ts";
import { daysUntilEnd } from "../../values/calendar-date.ts";
import { permissiveEnding } from "./codes.ts";
import type { MtlsIr } from "./ir.ts";

export function checkMtls(mtls: MtlsIr, { report, asOf }: ServicePlace): void {
  if (mtls.mode !== "permissive" || asOf === undefined) return;
  const days = daysUntilEnd(asOf, mtls.until);
  if (days === undefined) return;
  report.add(
    permissiveEnding,
    { until: mtls.until, days },
    { path: mtls.path, severity: days < 0 ? "error" : "warning" },
  );
}
