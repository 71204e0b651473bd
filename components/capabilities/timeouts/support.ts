/** Which engine knows which timeout. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { SupportOf } from "../../engines/support.ts";
import type { TimeoutFields } from "./model.ts";

export const timeoutSupport = {
  timeout: { istio: full(ISTIO_API), linkerd: full(LINKERD_DOCS), consul: full(CONSUL_CRDS), envoy: full(ENVOY_API) },
  perTryTimeout: {
    istio: full(ISTIO_API),
    linkerd: full(LINKERD_DOCS),
    consul: none("ServiceRouter has no timeout for one try", CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
} as const satisfies SupportOf<TimeoutFields>;
