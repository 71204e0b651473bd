/** The diagnostics of matching. */

import { defineCode } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/did-you-mean.ts";

export const twoPaths = defineCode<{ what: string }>({
  id: "MW1200",
  name: "condition-twice",
  severity: "error",
  what: ({ what }) => `${what} is asked for twice in one route`,
  why: () => "all conditions of a route must hold at once, so the second either repeats the first or can never hold",
  fix: () => 'keep one of them, or write two routes for an "or"',
});

export const unknownSource = defineCode<{ key: string; nearest: string }>({
  id: "MW2200",
  name: "unknown-source",
  severity: "error",
  what: ({ key, nearest }) => `there is no service "${key}"${didYouMean(nearest)}`,
  why: () => "a route for a caller that does not exist matches nothing",
  fix: ({ nearest }) => (nearest === "" ? "name a key of `services`" : `write "${nearest}"`),
});

export const ambiguousRoutes = defineCode<{ other: string; more: number }>({
  id: "MW2201",
  name: "ambiguous-routes",
  severity: "error",
  what: ({ other, more }) =>
    `a request can match this route and ${other}${more === 0 ? "" : ` (or one of ${more} others)`}, and neither is more specific`,
  why: () => "which of them wins would differ from engine to engine",
  fix: () => "give one of them a `priority`, or a further condition",
});

export const unreachedRoute = defineCode<{ other: string }>({
  id: "MW2203",
  name: "unreached-route",
  severity: "warning",
  what: ({ other }) => `no request reaches this route: ${other} comes before it and takes them all`,
  why: () => "the first route that matches is final, so this one does nothing",
  fix: () => "give it the higher `priority`, add a condition to the other, or remove it",
});

export const sourceNeverCalls = defineCode<{ caller: string; service: string }>({
  id: "MW2204",
  name: "source-never-calls",
  severity: "warning",
  what: ({ caller }) => `no request reaches this route: it is for ${caller}, which does not call this service`,
  why: () => "a proxy has the routes of what its service calls, and of nothing else",
  fix: ({ caller, service }) => `add "${service}" to the \`calls\` of ${caller}, or remove the route`,
});

export const sourceAtGateway = defineCode({
  id: "MW2202",
  name: "source-at-gateway",
  severity: "error",
  what: () => "a route of a gateway cannot ask which service calls",
  why: () => "requests from outside carry no identity of the mesh, so the route would match nothing",
  fix: () => "remove `calledBy`, or move the route to the service",
});
