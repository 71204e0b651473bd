/** Which engine can inject which fault. */
import { CONSUL_SOURCE, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { SupportOf } from "../../engines/support.ts";
import type { FaultFields } from "./model.ts";

export const faultSupport = {
  abort: {
    istio: full(ISTIO_API),
    linkerd: none("it has no way to answer a share of requests with a fixed status", LINKERD_DOCS),
    consul: none("fault injection is an Enterprise extension", CONSUL_SOURCE),
    envoy: full(ENVOY_API),
  },
  delay: {
    istio: full(ISTIO_API),
    linkerd: none("it has no way to delay requests", LINKERD_DOCS),
    consul: none("fault injection is an Enterprise extension", CONSUL_SOURCE),
    envoy: full(ENVOY_API),
  },
} as const satisfies SupportOf<FaultFields>;
