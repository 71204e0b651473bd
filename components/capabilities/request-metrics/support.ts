/** Which engine can limit what its proxies count. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, partial } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { RequestMetricsFields } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: partial("metrics are always on", LINKERD_DOCS),
  consul: partial("metrics are always on, for the whole mesh", CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const requestMetricsSupport = {
  requests: row,
  connections: row,
} as const satisfies SupportOf<RequestMetricsFields>;
