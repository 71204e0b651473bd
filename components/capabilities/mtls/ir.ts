/** Mutual TLS in the IR: every service has a mode. */
import type { CalendarDate } from "../../values/calendar-date.ts";
import type { ModelPath } from "../../values/model-path.ts";

export type MtlsIr =
  | { readonly mode: "strict" }
  | { readonly mode: "permissive"; readonly until: CalendarDate; readonly path: ModelPath };
