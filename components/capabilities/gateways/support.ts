/** Which engine has gateways of its own. */
import {
  CONSUL_CRDS,
  ENVOY_API,
  full,
  ISTIO_API,
  ISTIO_RUN,
  ISTIO_SOURCE,
  LINKERD_DOCS,
  none,
} from "../../engines/evidence.ts";
import type { Difference, Row, SupportOf } from "../../engines/support.ts";
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

export const differences: readonly Difference[] = [
  {
    id: "more than a port",
    engine: "istio",
    rule: "11.1",
    does: "behind a host's name may stand a colon alone, and else nothing but one port",
    ...ISTIO_RUN,
  },
  {
    id: "address of https",
    engine: "istio",
    rule: "11.3",
    does: "the redirect to https names the host as the mesh writes it, and leaves out port 443",
    ...ISTIO_RUN,
  },
  {
    id: "gateways before 1.31",
    engine: "istio",
    rule: "11.4",
    does: "before 1.31 a gateway reads escaped slashes as slashes and goes on, and takes names of headers with underscores (11.5)",
    ...ISTIO_API,
  },
  {
    id: "server name",
    engine: "istio",
    rule: "11.7",
    does: "a TLS listener takes no handshake for a name that is none of its hosts",
    ...ISTIO_SOURCE,
  },
];
