/** Which engine can require, and which can relax, mutual TLS. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, partial } from "../../engines/evidence.ts";
import type { SupportOf } from "../../engines/support.ts";
import type { MtlsFields } from "./model.ts";

export const mtlsSupport = {
  "kind=strict": {
    istio: full(ISTIO_API),
    linkerd: full(LINKERD_DOCS),
    consul: full(CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
  "kind=permissive": {
    istio: full(ISTIO_API),
    linkerd: full(LINKERD_DOCS),
    consul: partial("plaintext is accepted only through the transparent proxy", CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
  until: {
    istio: full(ISTIO_API),
    linkerd: full(LINKERD_DOCS),
    consul: full(CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
} as const satisfies SupportOf<MtlsFields>;
