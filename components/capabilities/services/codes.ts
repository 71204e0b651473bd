/** The diagnostics of services, ports and calls. */

import { defineCode } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/did-you-mean.ts";

export const unknownCallee = defineCode<{ callee: string; nearest: string }>({
  id: "MW2100",
  name: "unknown-callee",
  severity: "error",
  what: ({ callee, nearest }) => `there is no service "${callee}"${didYouMean(nearest)}`,
  why: () => "calls to it would find no route and fail",
  fix: ({ nearest }) => (nearest === "" ? "name a key of `services` or of `externals`" : `write "${nearest}"`),
});

export const unknownCalleePort = defineCode<{ callee: string; port: string; known: readonly string[] }>({
  id: "MW2101",
  name: "unknown-callee-port",
  severity: "error",
  what: ({ callee, port }) => `"${callee}" has no port "${port}"`,
  why: () => "calls to it would find no route and fail",
  fix: ({ callee, known }) => `write one of ${known.map((name) => `"${callee}:${name}"`).join(", ")}`,
});

export const calleePortUnclear = defineCode<{ callee: string; known: readonly string[] }>({
  id: "MW2102",
  name: "callee-port-unclear",
  severity: "error",
  what: ({ callee, known }) => `"${callee}" has several ports: ${known.join(", ")}`,
  why: () => "least privilege means that a caller may use the ports it names, not all of them",
  fix: ({ callee, known }) => `write one of ${known.map((name) => `"${callee}:${name}"`).join(", ")}`,
});

export const callsItself = defineCode({
  id: "MW2103",
  name: "calls-itself",
  severity: "error",
  what: () => "the service calls itself",
  why: () => "replicas of one service share an identity, so the mesh cannot tell caller from callee",
  fix: () => "remove the entry",
});

export const callTwice = defineCode({
  id: "MW2104",
  name: "call-twice",
  severity: "error",
  what: () => "this call is declared twice",
  why: () => "of two entries one is forgotten when the call goes away",
  fix: () => "remove one of them",
});

export const sameService = defineCode<{ other: string }>({
  id: "MW2105",
  name: "same-service-twice",
  severity: "error",
  what: ({ other }) => `it has the same namespace and name as ${other}`,
  why: () => "one name in DNS cannot be two services",
  fix: () => "give one of them another `name` or `namespace`",
});

export const sharedAccount = defineCode<{ other: string; account: string }>({
  id: "MW2106",
  name: "shared-service-account",
  severity: "error",
  what: ({ other, account }) => `it shares the service account "${account}" with ${other}`,
  why: () => "the identity of a workload is its account: whoever may call as one of them may call as the other",
  fix: () => "give each service an account of its own",
});

export const noPorts = defineCode({
  id: "MW2107",
  name: "no-ports",
  severity: "error",
  what: () => "the service has no port",
  why: () => "nothing could call it",
  fix: () => "add a port, for example ports: { http: http(80) }; only a service that calls others can do without",
});

export const portTwice = defineCode<{ other: string; number: number }>({
  id: "MW2108",
  name: "port-twice",
  severity: "error",
  what: ({ other, number }) => `port ${number} is also "${other}"`,
  why: () => "a connection to that port could not be told apart",
  fix: () => "give one of them another number",
});

export const reservedPort = defineCode<{ number: number; owner: string }>({
  id: "MW2109",
  name: "reserved-port",
  severity: "error",
  what: ({ number, owner }) => `port ${number} belongs to ${owner}`,
  why: () => "the proxy beside the workload listens there, so the workload cannot",
  fix: () => "let the workload listen on another port (`target`)",
});

export const callNotAllowed = defineCode<{ callee: string; owner: string; caller: string }>({
  id: "MW2112",
  name: "call-not-allowed",
  severity: "error",
  what: ({ callee, owner, caller }) =>
    caller === ""
      ? `"${callee}" says which owners may call it, and whoever calls it here belongs to nobody`
      : `"${callee}" belongs to ${owner}, which allows no calls of ${caller}`,
  why: () => "whom a service admits is decided by the team that answers for it",
  fix: ({ owner, caller }) =>
    caller === ""
      ? "say who owns the caller: `owner`, at the caller or for the whole mesh"
      : `let ${owner} add "${caller}" to the service's \`allowCallers\``,
});

export const unknownOwner = defineCode<{ owner: string; nearest: string; known: readonly string[] }>({
  id: "MW2113",
  name: "unknown-owner",
  severity: "error",
  what: ({ owner, nearest }) => `nothing in the mesh belongs to "${owner}"${didYouMean(nearest)}`,
  why: () => "leave would be given to nobody",
  fix: ({ known }) => (known.length === 0 ? "remove it" : `write one of ${known.join(", ")}`),
});

export const versionTwice = defineCode<{ version: string }>({
  id: "MW2116",
  name: "version-twice",
  severity: "error",
  what: ({ version }) => `version "${version}" is written twice`,
  why: () => "a service has each version once: perhaps another one was meant",
  fix: () => "remove one of them, or correct it",
});

export const selectorOfUnknown = defineCode<{ version: string; known: readonly string[]; nearest: string }>({
  id: "MW2114",
  name: "selector-of-unknown-version",
  severity: "error",
  what: ({ version, nearest }) => `the service has no version "${version}"${didYouMean(nearest)}`,
  why: () => "the labels would be looked for by nobody",
  fix: ({ version, known }) =>
    known.length === 0 ? `add \`versions: ["${version}"]\`, or remove it` : `write one of ${known.join(", ")}`,
});

export const sharedVersions = defineCode<{ wide: string; narrow: string }>({
  id: "MW2115",
  name: "versions-share-workloads",
  severity: "error",
  what: ({ wide, narrow }) => `workloads of version "${narrow}" are also selected by "${wide}"`,
  why: () => "a share of the requests for one version would reach the other, so no split between them is what it says",
  fix: ({ wide, narrow }) => `give "${wide}" a label that no workload of "${narrow}" has, such as \`version\``,
});

export const sharedWorkloads = defineCode<{ other: string; labels: string }>({
  id: "MW2111",
  name: "shared-workloads",
  severity: "error",
  what: ({ other, labels }) => `workloads with the labels ${labels} are also those of ${other}`,
  why: () => "a pod that belongs to two services has the identity of one and gets the rules of both",
  fix: () => "give each service `selectors` that no workload of another one has",
});
