/** The diagnostics of gateways. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const unknownGatewayHost = defineCode<{ host: string; known: readonly string[] }>({
  id: "MW2300",
  name: "unknown-gateway-host",
  severity: "error",
  what: ({ host }) => `no listener of this gateway serves ${host}`,
  why: () => "no request for that host arrives here, so the route would match nothing",
  fix: ({ known }) => `add the host to a listener, or write one of ${known.join(", ")}`,
});

export const listenerClash = defineCode<{ other: string; port: number }>({
  id: "MW2301",
  name: "listener-clash",
  severity: "error",
  what: ({ other, port }) => `port ${port} is also that of listener "${other}"`,
  why: () => "one port can be opened once; for several hosts of one port, list them in one listener",
  fix: () => "merge the listeners, or give one of them another port",
});

export const routesIgnored = defineCode<{ service: string; routes: readonly string[] }>({
  id: "MW2302",
  name: "service-routes-not-used",
  severity: "warning",
  what: ({ service, routes }) =>
    `this route goes straight to "${service}", whose own routes (${routes.join(", ")}) hold only for callers inside the mesh`,
  why: () => "a canary of the service would not be seen by requests from outside",
  fix: ({ service }) => `name versions here: to: toService("${service}", { ... })`,
});

export const routeNotAllowed = defineCode<{
  gateway: string;
  service: string;
  owner: string;
  allowed: readonly string[];
}>({
  id: "MW2303",
  name: "route-not-allowed",
  severity: "error",
  what: ({ gateway, service, owner, allowed }) =>
    `this route leads to "${service}" of ${owner}, which may have ${allowed.length === 0 ? "no route" : `routes below ${allowed.join(", ")} alone`} at the gateway of ${gateway}`,
  why: () => "the owner of a host decides which team answers under which of its paths",
  fix: ({ gateway, owner }) => `let ${gateway} add the path's prefix to \`allowRoutes\`, under "${owner}"`,
});

export const emptyGateway = defineCode<{ field: string }>({
  id: "MW1290",
  name: "empty-gateway",
  severity: "error",
  what: ({ field }) => `\`${field}\` is empty`,
  why: () => "a gateway without it would answer nothing but 404",
  fix: ({ field }) => `add an entry to \`${field}\``,
});
