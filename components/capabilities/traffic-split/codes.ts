/** The diagnostics of where a route sends its requests. */

import { defineCode } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/did-you-mean.ts";

export const unknownVersion = defineCode<{
  version: string;
  service: string;
  known: readonly string[];
  nearest: string;
}>({
  id: "MW2210",
  name: "unknown-version",
  severity: "error",
  what: ({ version, service, nearest }) => `"${service}" has no version "${version}"${didYouMean(nearest)}`,
  why: () => "requests of this route would find no workload and fail",
  fix: ({ known, service }) =>
    known.length === 0
      ? `add \`versions\` to services.${service}, or remove the version here`
      : `write one of ${known.join(", ")}`,
});

export const unknownDestination = defineCode<{ service: string; nearest: string }>({
  id: "MW2211",
  name: "unknown-destination",
  severity: "error",
  what: ({ service, nearest }) => `there is no service "${service}"${didYouMean(nearest)}`,
  why: () => "requests of this route would have nowhere to go",
  fix: ({ nearest }) => (nearest === "" ? "name a key of `services`" : `write "${nearest}"`),
});

export const noWeight = defineCode({
  id: "MW2212",
  name: "no-weight",
  severity: "error",
  what: () => "the weights add up to zero",
  why: () => "no version would get any request",
  fix: () => "give at least one version a weight above 0",
});

export const unclearPort = defineCode<{ service: string; ports: readonly string[] }>({
  id: "MW2213",
  name: "unclear-port",
  severity: "error",
  what: ({ service, ports }) =>
    ports.length === 0
      ? `"${service}" has no port that speaks HTTP`
      : `"${service}" has several ports that speak HTTP: ${ports.join(", ")}`,
  why: () => "a route looks into HTTP requests and sends them to one port",
  fix: ({ ports }) =>
    ports.length === 0
      ? "route to a service with an http, http2 or grpc port"
      : 'name the port: { kind: "service", service, port }',
});

export const noAction = defineCode<{ found: readonly string[] }>({
  id: "MW2214",
  name: "one-action",
  severity: "error",
  what: ({ found }) =>
    found.length === 0
      ? "this route says neither where to send requests nor how to answer them"
      : `this route has several actions: ${found.join(", ")}`,
  why: () => "a request is sent on, redirected or answered; it cannot be more than one of these",
  fix: () => "keep exactly one of `to`, `redirect` and `respond`",
});

export const leadsBack = defineCode<{ caller: string }>({
  id: "MW2215",
  name: "leads-back",
  severity: "warning",
  what: ({ caller }) => `requests of ${caller} are led back to ${caller} here, and refused`,
  why: () => "no service calls itself through the mesh, so nothing lets it in",
  fix: ({ caller }) => `add a route with \`when: calledBy("${caller}")\` that leads elsewhere`,
});
