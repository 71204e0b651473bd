/**
 * The one order of Envoy's HTTP filters, with the reason for each place. A filter that is not listed cannot be used.
 */
export const httpFilterOrder = [
  // Who may not: refused before anything is spent on the request.
  "rbac-deny",
  // Who may: everybody else is refused, so what follows sees only admitted requests.
  "rbac-allow",
  // Faults come after access (a refused request is not an experiment) and before the router, so that an abort is final.
  "fault",
  // The router ends the chain.
  "router",
] as const;

export type HttpFilterId = (typeof httpFilterOrder)[number];

/** What each id is to Envoy. Two filters of one kind need two names; the kind is in the type URL. */
export const httpFilters: { readonly [F in HttpFilterId]: { readonly name: string; readonly type: string } } = {
  "rbac-deny": { name: "meshwright.rbac.deny", type: "envoy.extensions.filters.http.rbac.v3.RBAC" },
  "rbac-allow": { name: "meshwright.rbac.allow", type: "envoy.extensions.filters.http.rbac.v3.RBAC" },
  fault: { name: "envoy.filters.http.fault", type: "envoy.extensions.filters.http.fault.v3.HTTPFault" },
  router: { name: "envoy.filters.http.router", type: "envoy.extensions.filters.http.router.v3.Router" },
};
