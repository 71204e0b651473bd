/** The diagnostics of routes that answer by themselves. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const answerWithPolicy = defineCode<{ field: string }>({
  id: "MW2240",
  name: "answer-with-policy",
  severity: "error",
  what: ({ field }) => `\`${field}\` acts on the way to a service, and this route asks none`,
  why: () => "it would silently do nothing",
  fix: ({ field }) => `remove \`${field}\`, or send the request to a service`,
});
