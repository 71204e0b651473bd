/** Which engine has gateways of its own. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { GatewayFields, Listener } from "./model.ts";

const noGateway = none(
  "it has no gateway of its own: mesh an ingress controller and declare it as a service",
  LINKERD_DOCS,
);
const row = {
  istio: full(ISTIO_API),
  linkerd: noGateway,
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;
const anywhere = { ...row, linkerd: full(LINKERD_DOCS) } as const satisfies Row;

export const gatewaySupport = {
  namespace: anywhere,
  name: anywhere,
  serviceAccount: anywhere,
  owner: anywhere,
  allowRoutes: anywhere,
  listeners: row,
  routes: row,
} as const satisfies SupportOf<GatewayFields>;

export const listenerSupport = {
  "kind=http": row,
  "kind=https": row,
  port: anywhere,
  hosts: anywhere,
  certificate: anywhere,
} as const satisfies SupportOf<Listener>;
