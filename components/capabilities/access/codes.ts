/** The diagnostics of access. */

import { defineCode } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/did-you-mean.ts";

export const unknownCaller = defineCode<{ caller: string; nearest: string }>({
  id: "MW2280",
  name: "unknown-caller",
  severity: "error",
  what: ({ caller, nearest }) => `there is no ${caller}${didYouMean(nearest)}`,
  why: () => "a rule for a caller that does not exist protects nothing",
  fix: ({ nearest }) =>
    nearest === "" ? "name a key of `services`, or callersIn(a namespace of the mesh)" : `write "${nearest}"`,
});

export const callerWithoutCall = defineCode<{ caller: string; service: string }>({
  id: "MW2281",
  name: "caller-without-call",
  severity: "error",
  what: ({ caller, service }) => `${caller} is allowed here and does not declare that it calls "${service}"`,
  why: () => "a rule narrows declared calls and never opens new ones, so this one would do nothing",
  fix: ({ caller, service }) => `add "${service}" to the \`calls\` of ${caller}, or remove it here`,
});

export const requestRuleOnTcp = defineCode<{ port: string }>({
  id: "MW2282",
  name: "request-rule-on-tcp",
  severity: "error",
  what: ({ port }) => `the rule looks into requests, and port "${port}" does not speak HTTP`,
  why: () => "engines drop such conditions: an allow would never hold, a deny would refuse everybody",
  fix: () => "remove `methods`, `paths` and `headers`, or name a port that speaks HTTP",
});

export const unknownRulePort = defineCode<{ port: string; known: readonly string[] }>({
  id: "MW2283",
  name: "unknown-rule-port",
  severity: "error",
  what: ({ port }) => `the service has no port "${port}"`,
  why: () => "the rule would concern nothing",
  fix: ({ known }) => `write one of ${known.join(", ")}`,
});

export const emptyRuleList = defineCode<{ field: string }>({
  id: "MW1280",
  name: "empty-rule-list",
  severity: "error",
  what: ({ field }) => `\`${field}\` is an empty list`,
  why: () => 'engines read it as "nobody" or as "everybody"; nobody should have to know which',
  fix: ({ field }) => `remove \`${field}\` for "all", or name entries`,
});

export const emptyNamespace = defineCode<{ namespace: string; nearest: string }>({
  id: "MW2284",
  name: "namespace-without-services",
  severity: "error",
  what: ({ namespace, nearest }) => `no service of the mesh is in namespace "${namespace}"${didYouMean(nearest)}`,
  why: () =>
    "what is written for it would hold for nobody; a gateway refuses no callers, so its namespace is no such place",
  fix: ({ nearest }) => (nearest === "" ? "name a namespace of a service" : `write "${nearest}"`),
});

export const auditEnding = defineCode<{ namespace: string; until: string; days: number }>({
  id: "MW2285",
  name: "audit-ending",
  severity: "warning",
  what: ({ namespace, until, days }) => {
    if (until === "") return `namespace "${namespace}" is only audited, and nobody has said until when`;
    return days < 0
      ? `namespace "${namespace}" was to be audited until ${until}, which has passed`
      : `namespace "${namespace}" is audited for ${days} more days, until ${until}`;
  },
  why: () => "while a namespace is audited, whoever has an identity of the mesh may do everything there",
  fix: ({ until }) =>
    until === ""
      ? "name the last day with `until`"
      : 'declare the calls that are meant and write `enforcement: "enforce"`, or set a later date',
});

export const endOfNoAudit = defineCode<{ namespace: string }>({
  id: "MW2286",
  name: "end-of-no-audit",
  severity: "error",
  what: ({ namespace }) => `namespace "${namespace}" has an \`until\` and is not audited`,
  why: () => "access is enforced from the first day on, so the date would say nothing",
  fix: () => 'remove `until`, or write `enforcement: "audit"`',
});
