/** Which engine can rewrite what. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_SOURCE, none, partial } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { RewriteFields } from "./model.ts";

const noRewrite = none("it drops every route that has a URLRewrite filter", LINKERD_SOURCE);
const row = {
  istio: full(ISTIO_API),
  linkerd: noRewrite,
  consul: none("ServiceRouter rewrites only prefixes", CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const rewriteSupport = {
  path: row,
  prefix: { ...row, consul: partial("only on a route that matches a path exactly or by prefix", CONSUL_CRDS) },
  host: { ...row, consul: none("ServiceRouter cannot change the authority", CONSUL_CRDS) },
} as const satisfies SupportOf<RewriteFields>;
