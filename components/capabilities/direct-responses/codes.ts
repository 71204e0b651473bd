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

export const bodyOfBodiless = defineCode<{ status: number }>({
  id: "MW1240",
  name: "body-of-bodiless-status",
  severity: "error",
  what: ({ status }) => `an answer with status ${status} has no body`,
  why: () => "a client takes text after this status for the begin of the next answer",
  fix: () => "remove `body`, or write a status that has one",
});
