/** Which engine knows which timeout. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, ISTIO_SOURCE, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Difference, SupportOf } from "../../engines/support.ts";
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

export const differences: readonly Difference[] = [
  {
    id: "deadline of a gRPC call",
    engine: "istio",
    rule: "8.1",
    does: "the callee's proxy learns the timeout of a gRPC call, too: where its clock is first, the caller gets DEADLINE_EXCEEDED in place of UNAVAILABLE",
    ...ISTIO_SOURCE,
  },
];
