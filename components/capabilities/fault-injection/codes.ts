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

export const bodilessAbort = defineCode<{ status: number }>({
  id: "MW1101",
  name: "bodiless-abort",
  severity: "error",
  what: ({ status }) => `an abort cannot answer ${status}`,
  why: () =>
    "proxies send a text with every abort, and a client takes text after this status for the begin of the next answer",
  fix: () => "write a status that has a body: 503, say, or 200",
});
