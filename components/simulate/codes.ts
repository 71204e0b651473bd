/** The diagnostics of requests: what is asked does not fit the mesh, or is no request. */

import { defineCode } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/did-you-mean.ts";

export const unknownAsker = defineCode<{ name: string; nearest: string }>({
  id: "MW5030",
  name: "unknown-asker",
  severity: "error",
  what: ({ name, nearest }) => `no service of the mesh is called "${name}"${didYouMean(nearest)}`,
  why: () => "what a request meets depends on who asks",
  fix: () =>
    'name a service, or "outside" (through a gateway), "stranger" (an identity that calls nobody) or "plaintext"',
});

/** What can be asked for, by who asks; `backend`: what can fail. */
export type Destination = "callee" | "service" | "host" | "backend";

export const unknownDestination = defineCode<{
  name: string;
  nearest: string;
  kind: Destination;
  /** What there is of that kind. */
  known: readonly string[];
  /** Not empty: what there is of that name all the same. */
  is: string;
}>({
  id: "MW5031",
  name: "unknown-place",
  severity: "error",
  what: ({ name, nearest, kind, is }) => {
    if (is !== "") return `"${name}" is ${is}, and from outside the host of a gateway is asked for`;
    if (kind === "host") return `no gateway serves a host "${name}"${didYouMean(nearest)}`;
    return `nothing in the mesh is called "${name}"${didYouMean(nearest)}`;
  },
  why: () => "nobody could say what happens there",
  fix: ({ kind, known, nearest, is }) => {
    if (nearest !== "") return `write "${nearest}"`;
    if (kind === "callee") return "name a service or an external service";
    if (kind !== "host") return "name a service";
    const inside = is === "" ? "" : ", or say which service asks for it";
    return known.length === 0
      ? `give the mesh a gateway${inside}`
      : `write one of ${known.join(", ")}, or a whole URL${inside}`;
  },
});

export const unknownRequestGateway = defineCode<{ name: string; nearest: string; known: readonly string[] }>({
  id: "MW5036",
  name: "unknown-request-gateway",
  severity: "error",
  what: ({ name, nearest }) => `the mesh has no gateway "${name}"${didYouMean(nearest)}`,
  why: () => "each gateway has hosts and routes of its own",
  fix: ({ nearest, known }) => {
    if (nearest !== "") return `write "${nearest}"`;
    return known.length === 0 ? "give the mesh a gateway" : `write one of ${known.join(", ")}`;
  },
});

export const unknownRequestPort = defineCode<{ name: string; port: string; known: readonly string[] }>({
  id: "MW5032",
  name: "unknown-request-port",
  severity: "error",
  what: ({ name, port, known }) =>
    port === "" ? `"${name}" has ${known.length} ports` : `"${name}" has no port "${port}"`,
  why: () => "each port has routes and rules of its own",
  fix: ({ name, known }) =>
    known.length === 0 ? "give the service a port" : `write one of ${known.map((one) => `${name}:${one}`).join(", ")}`,
});

const EXAMPLES = {
  path: "/x",
  header: "x-beta: 1",
  method: "POST",
  backend: "reviews=503,reset,200",
} as const;

export const malformedRequest = defineCode<{ part: keyof typeof EXAMPLES; reason: string }>({
  id: "MW5033",
  name: "malformed-request",
  severity: "error",
  what: ({ part, reason }) => `this ${part} ${reason}`,
  why: ({ part }) => (part === "backend" ? "no server answers like this" : "no client would send such a request"),
  fix: ({ part }) => `write it like this: ${EXAMPLES[part]}`,
});

export const unknownBackendVersion = defineCode<{ service: string; version: string; known: readonly string[] }>({
  id: "MW5034",
  name: "unknown-backend-version",
  severity: "error",
  what: ({ service, version }) => `"${service}" has no version "${version}"`,
  why: () => "a backend that is not there cannot fail",
  fix: ({ known }) => (known.length === 0 ? "leave the version out" : `write one of ${known.join(", ")}`),
});

export const severalListeners = defineCode<{ host: string; candidates: readonly string[] }>({
  id: "MW5035",
  name: "several-listeners",
  severity: "error",
  what: ({ host, candidates }) =>
    `${candidates.length} listeners serve "${host}", and nothing says which of them is asked`,
  why: () => "each has routes of its own: the answer would be a guess",
  fix: ({ candidates }) => `name the port, or the gateway where ports are equal: ${candidates.join(", ")}`,
});
