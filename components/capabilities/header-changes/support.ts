/** Which engine can change headers. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, ISTIO_RUN, LINKERD_DOCS } from "../../engines/evidence.ts";
import type { Difference, Row, SupportOf } from "../../engines/support.ts";
import type { HeaderChangesFields } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const headerChangesSupport = { request: row, response: row } as const satisfies SupportOf<HeaderChangesFields>;

export const differences: readonly Difference[] = [
  {
    id: "steering headers",
    engine: "istio",
    rule: "6.6",
    does: "the caller's proxy obeys `x-envoy-` headers of its own application before it takes them out",
    ...ISTIO_RUN,
  },
  {
    id: "expect: 100-continue",
    engine: "istio",
    rule: "6.6",
    does: "`expect: 100-continue` is passed on to the service",
    ...ISTIO_RUN,
  },
];
