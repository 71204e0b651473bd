/** The diagnostics of external services. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const nameTaken = defineCode<{ key: string }>({
  id: "MW2290",
  name: "external-name-taken",
  severity: "error",
  what: ({ key }) => `"${key}" is also the key of a service`,
  why: () => "`calls` could not tell them apart",
  fix: () => "rename one of them",
});

export const hostTwice = defineCode<{ other: string; host: string }>({
  id: "MW2291",
  name: "external-host-twice",
  severity: "error",
  what: ({ other, host }) => `${host} is also the host of ${other}`,
  why: () => "a request to that host could not be told apart",
  fix: () => "declare the host once, with all its ports",
});
