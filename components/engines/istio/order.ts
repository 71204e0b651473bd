/**
 * The one order in which Istio's objects are applied, with the reason for each place; they are removed the other way round.
 * Within a kind, objects stand in the order of their services.
 */
export const kindOrder = [
  // What a workload accepts, before anybody is sent to it.
  "PeerAuthentication",
  // Who is refused, before who is admitted.
  "AuthorizationPolicy",
  // Hosts outside the mesh, before rules that name them.
  "ServiceEntry",
  // Subsets, before routes that name them: a route to a subset that is not there answers 503 (engines.md D1).
  "DestinationRule",
  // Doors, before the routes behind them.
  "Gateway",
  "VirtualService",
  // What a proxy may see, once there is something to see.
  "Sidecar",
  // What is told about it.
  "Telemetry",
] as const;

export type IstioKind = (typeof kindOrder)[number];

export const apiVersions: { readonly [K in IstioKind]: string } = {
  PeerAuthentication: "security.istio.io/v1",
  AuthorizationPolicy: "security.istio.io/v1",
  ServiceEntry: "networking.istio.io/v1",
  DestinationRule: "networking.istio.io/v1",
  Gateway: "networking.istio.io/v1",
  VirtualService: "networking.istio.io/v1",
  Sidecar: "networking.istio.io/v1",
  Telemetry: "telemetry.istio.io/v1",
};
