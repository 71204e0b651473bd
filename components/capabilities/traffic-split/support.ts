/** Which engine can split traffic. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS } from "../../engines/evidence.ts";
import type { SupportOf } from "../../engines/support.ts";
import type { SplitFields } from "./model.ts";

export const splitSupport = {
  to: { istio: full(ISTIO_API), linkerd: full(LINKERD_DOCS), consul: full(CONSUL_CRDS), envoy: full(ENVOY_API) },
} as const satisfies SupportOf<SplitFields>;
