/** Which engine carries which protocol: of services and of external services alike. */
import type { Port } from "../model/port.ts";
import { CONSUL_SOURCE, ENVOY_API, full, ISTIO_API, ISTIO_SOURCE, LINKERD_DOCS, partial } from "./evidence.ts";
import type { Row, SupportOf } from "./support.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_SOURCE),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const portSupport = {
  "kind=http": row,
  "kind=http2": row,
  "kind=grpc": row,
  "kind=tcp": {
    ...row,
    istio: partial(
      "a service that speaks first has greeted a workload of the mesh before access refuses it",
      ISTIO_SOURCE,
    ),
  },
  "kind=tls": { ...row, consul: partial("carried as plain TCP", CONSUL_SOURCE) },
  number: row,
  target: row,
} as const satisfies SupportOf<Port>;
