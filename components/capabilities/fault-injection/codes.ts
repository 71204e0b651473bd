/** The diagnostics of fault injection. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const emptyFault = defineCode({
  id: "MW1100",
  name: "empty-fault",
  severity: "error",
  what: () => "this fault neither aborts nor delays",
  why: () => "it would do nothing, while its author believes that an experiment runs",
  fix: () => "add `abort` or `delay`, or remove `fault`",
});
