/** Which part of a platform each kind of Istio's objects belongs to. Every kind that is rendered has one. */

/** In the order in which they are deployed: who is admitted, the doors, the ways, what proxies see, what is told about it. */
export const meshParts = ["security", "gateway", "routing", "sidecars", "observability"] as const;

export type MeshPart = (typeof meshParts)[number];

export const partOfKind = {
  PeerAuthentication: "security",
  RequestAuthentication: "security",
  AuthorizationPolicy: "security",
  Gateway: "gateway",
  ServiceEntry: "routing",
  DestinationRule: "routing",
  VirtualService: "routing",
  Sidecar: "sidecars",
  Telemetry: "observability",
} as const satisfies Readonly<Record<string, MeshPart>>;
