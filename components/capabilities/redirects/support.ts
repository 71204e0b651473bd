/** Which engine can redirect, and what. */
import {
  CONSUL_CRDS,
  ENVOY_API,
  full,
  ISTIO_API,
  ISTIO_RUN,
  LINKERD_DOCS,
  none,
  since,
} from "../../engines/evidence.ts";
import type { Difference, Row, SupportOf } from "../../engines/support.ts";
import type { RedirectFields } from "./model.ts";

const noRedirect = none("ServiceRouter cannot redirect", CONSUL_CRDS);
const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: noRedirect,
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const redirectSupport = {
  scheme: row,
  host: row,
  port: row,
  path: row,
  prefix: {
    ...row,
    istio: since("1.31", none("a redirect cannot replace a prefix", ISTIO_API), ISTIO_API),
  },
  status: row,
} as const satisfies SupportOf<RedirectFields>;

export const differences: readonly Difference[] = [
  {
    id: "default port",
    engine: "istio",
    rule: "7.3",
    does: "a redirect never names the port that its scheme has anyway",
    ...ISTIO_RUN,
  },
];
