/** What is wrong with an audit on every engine: that nobody said when it ends, or that it has. */
import type { Report } from "../../diagnostics/report.ts";
import { type CalendarDate, daysUntilEnd } from "../../values/calendar-date.ts";
import { auditEnding, endOfNoAudit } from "./codes.ts";
import type { NamespaceFields } from "./model.ts";

export function checkAudit(
  namespace: string,
  { enforcement, until }: NamespaceFields,
  asOf: CalendarDate | undefined,
  report: Report,
): void {
  const path = ["namespaces", namespace];
  if (enforcement !== "audit") {
    if (until !== undefined) report.add(endOfNoAudit, { namespace }, { path: [...path, "until"] });
    return;
  }
  if (until === undefined) return void report.add(auditEnding, { namespace, until: "", days: 0 }, { path });
  const days = asOf === undefined ? undefined : daysUntilEnd(asOf, until);
  if (days === undefined) return;
  const severity = days < 0 ? "error" : "warning";
  report.add(auditEnding, { namespace, until, days }, { path: [...path, "until"], severity });
}
