/** Which engine can change headers. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { HeaderChangesFields } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const headerChangesSupport = { request: row, response: row } as const satisfies SupportOf<HeaderChangesFields>;
