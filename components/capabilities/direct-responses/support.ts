/** Which engine can answer by itself. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { DirectResponseFields } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: none("a route can only forward or redirect", LINKERD_DOCS),
  consul: none("ServiceRouter can only forward", CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const directResponseSupport = { status: row, body: row } as const satisfies SupportOf<DirectResponseFields>;
