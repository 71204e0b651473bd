/** Which engine can retry when. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none, partial } from "../../engines/evidence.ts";
import type { SupportOf } from "../../engines/support.ts";
import type { RetryFields } from "./model.ts";

export const retrySupport = {
  attempts: { istio: full(ISTIO_API), linkerd: full(LINKERD_DOCS), consul: full(CONSUL_CRDS), envoy: full(ENVOY_API) },
  on: {
    istio: full(ISTIO_API),
    linkerd: partial("only 5xx, gateway-error and statuses; failed connections are always retried", LINKERD_DOCS),
    consul: full(CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
  statuses: { istio: full(ISTIO_API), linkerd: full(LINKERD_DOCS), consul: full(CONSUL_CRDS), envoy: full(ENVOY_API) },
  methods: {
    istio: full({ source: "two http routes that differ in the method; istio.io/api v1.31.4", read: "2026-11-23" }),
    linkerd: full({ source: "two HTTPRoute rules that differ in the method; linkerd 2.20", read: "2026-08-22" }),
    consul: full({ source: "two routes that differ in match.http.methods; consul-k8s v2.0.3", read: "2026-08-22" }),
    envoy: full(ENVOY_API),
  },
  backOff: {
    istio: partial("only `base`; the longest wait is ten times that", ISTIO_API),
    linkerd: none("it retries at once", LINKERD_DOCS),
    consul: none("ServiceRouter has no back-off", CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
} as const satisfies SupportOf<RetryFields>;
