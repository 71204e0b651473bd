/** The diagnostics of retries. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const retriesOffWithFields = defineCode({
  id: "MW1270",
  name: "retries-off-with-fields",
  severity: "error",
  what: () => "`attempts: 0` switches retries off, and further fields say how to retry",
  why: () => "they would silently do nothing",
  fix: () => "remove the other fields, or give `attempts` a number above 0",
});

export const backOffOrder = defineCode<{ base: string; max: string }>({
  id: "MW1271",
  name: "back-off-order",
  severity: "error",
  what: ({ base, max }) => `the longest wait, ${max}, is shorter than the first, ${base}`,
  why: () => "the wait between tries grows from `base` to `max`",
  fix: ({ base }) => `make \`max\` at least ${base}`,
});
