/** Which engine can look at which part of a request. */
import {
  CONSUL_CRDS,
  ENVOY_API,
  full,
  ISTIO_API,
  ISTIO_RUN,
  LINKERD_DOCS,
  none,
  partial,
} from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { Condition, MatchingFields } from "./model.ts";

const everywhere = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

/** A route on Linkerd is a Gateway API HTTPRoute: no negation, no cookies, no caller. */
const noNegation = none("an HTTPRoute has no negated match", LINKERD_DOCS);
const ordered = none("it has no priorities; routes are ordered by specificity alone", LINKERD_DOCS);

export const conditionSupport = {
  "kind=path-exact": everywhere,
  "kind=path-prefix": everywhere,
  "kind=path-regex": everywhere,
  path: everywhere,
  regex: everywhere,
  "kind=method": everywhere,
  methods: everywhere,
  "kind=header-exact": everywhere,
  "kind=header-prefix": everywhere,
  "kind=header-regex": everywhere,
  "kind=header-present": everywhere,
  "kind=header-absent": { ...everywhere, linkerd: noNegation },
  name: everywhere,
  value: everywhere,
  "kind=query-exact": everywhere,
  "kind=query-regex": everywhere,
  "kind=query-present": everywhere,
  "kind=cookie-exact": {
    ...everywhere,
    istio: partial(
      "of a cookie that is sent twice, either value counts; in several `Cookie` lines none is found",
      ISTIO_RUN,
    ),
  },
  "kind=cookie-regex": {
    ...everywhere,
    istio: partial(
      "compared in the header of all cookies: what matches `;` looks beyond its own, of one sent twice either counts, and in several `Cookie` lines none is found",
      ISTIO_RUN,
    ),
  },
  "kind=authority-exact": {
    ...everywhere,
    linkerd: none("a route of a Service sees every authority that leads to it", LINKERD_DOCS),
    consul: none("ServiceRouter cannot match the authority", CONSUL_CRDS),
  },
  "kind=source": {
    ...everywhere,
    linkerd: none("a route can be limited to a namespace, not to a caller", LINKERD_DOCS),
    consul: none("ServiceRouter cannot match the caller", CONSUL_CRDS),
  },
  service: everywhere,
} as const satisfies SupportOf<Condition>;

export const matchingSupport = {
  priority: { ...everywhere, linkerd: ordered },
} as const satisfies SupportOf<MatchingFields>;
