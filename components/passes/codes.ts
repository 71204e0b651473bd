/** The diagnostics of a mesh as a whole. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

export const unknownTarget = defineCode<{ target: string; allowed: readonly string[] }>({
  id: "MW1010",
  name: "unknown-target",
  severity: "error",
  what: ({ target }) => `"${target}" is no engine`,
  why: () => "the mesh is checked against the engines it must run on",
  fix: ({ allowed }) => `write one of ${allowed.join(", ")}`,
});

export const routesOfUnknown = defineCode<{ service: string; nearest: string }>({
  id: "MW2000",
  name: "routes-of-unknown-service",
  severity: "error",
  what: ({ service, nearest }) => `there is no service "${service}"${didYouMean(nearest)}`,
  why: () => "its routes would be used by nobody",
  fix: ({ nearest }) => (nearest === "" ? "name a key of `services`" : `write "${nearest}"`),
});

export const unknownRoutePort = defineCode<{ port: string; known: readonly string[] }>({
  id: "MW2001",
  name: "unknown-route-port",
  severity: "error",
  what: ({ port }) => `the service has no port "${port}" that speaks HTTP`,
  why: () => "the route would be used by nobody",
  fix: ({ known }) =>
    known.length === 0
      ? "routes look into HTTP requests: remove them, or declare an http port"
      : `write one of ${known.join(", ")}`,
});

export const gatewayNameTaken = defineCode<{ other: string }>({
  id: "MW2002",
  name: "gateway-name-taken",
  severity: "error",
  what: ({ other }) => `the gateway has the same namespace and name as ${other}`,
  why: () => "they would share an identity and a name in DNS",
  fix: () => "give one of them another `name` or `namespace`",
});

export const definedTwice = defineCode<{ parts: readonly string[] }>({
  id: "MW2003",
  name: "defined-twice",
  severity: "error",
  what: ({ parts }) => `two parts of the mesh define this: ${parts.join(" and ")}`,
  why: () => "one of the two would silently do nothing",
  fix: ({ parts }) => `remove it from ${parts.join(" or ")}, or rename it`,
});

export const engineNotRendered = defineCode<{ engine: string; rendered: readonly string[] }>({
  id: "MW3010",
  name: "engine-not-rendered",
  severity: "error",
  what: ({ engine }) => `meshes can be checked against ${engine}, not yet rendered for it`,
  why: () => "half a configuration would be worse than none",
  fix: ({ rendered }) => `render for ${rendered.join(", ")}`,
});

export const engineNotATarget = defineCode<{ engine: string; targets: readonly string[] }>({
  id: "MW3011",
  name: "engine-not-a-target",
  severity: "error",
  what: ({ engine, targets }) => `this mesh must run on ${targets.join(", ")}, not on ${engine}`,
  why: () => "it was never checked against that engine, so something could silently be lost",
  fix: ({ engine }) => `add "${engine}" to \`targets\``,
});

export const objectTooLarge = defineCode<{ kind: string; name: string; bytes: number; most: number }>({
  id: "MW4000",
  name: "object-too-large",
  severity: "error",
  what: ({ kind, name, bytes, most }) =>
    `${kind} ${name} would have ${thousands(bytes)} kB, the most is ${thousands(most)} kB`,
  why: () => "an API server refuses to store it, in the middle of a deployment",
  fix: ({ kind }) => SMALLER[kind] ?? "make several services of this one",
});

const thousands = (bytes: number): string => Math.ceil(bytes / 1_000).toString();

/** What grows in each kind, and where else it can go. */
const SMALLER: Readonly<Record<string, string>> = {
  VirtualService:
    "use fewer, wider routes, or give some of them another host or service: all routes of one host of a gateway, and all of one service, are one object",
  AuthorizationPolicy: "admit whole namespaces (`callersIn`) instead of single callers, or use fewer rules",
  Sidecar: "make several services of this one, each with a part of its calls",
};
