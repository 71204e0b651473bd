/** Which engine can decide by what. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, ISTIO_RUN, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { AccessRule, NamespaceFields, RuleCondition } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

const noRegex = {
  ...row,
  istio: none("an AuthorizationPolicy compares exactly, by prefix or by suffix", ISTIO_API),
} as const satisfies Row;

export const accessSupport = {
  "kind=allow": row,
  "kind=deny": { ...row, linkerd: none("its policies only allow", LINKERD_DOCS) },
  from: row,
  port: { ...row, consul: none("intentions are for a whole service; several ports are Enterprise", CONSUL_CRDS) },
  methods: row,
  paths: row,
  headers: row,
  "kind=path-exact": row,
  "kind=path-prefix": row,
  "kind=path-regex": noRegex,
  path: row,
  "kind=header-exact": row,
  "kind=header-prefix": row,
  "kind=header-regex": noRegex,
  "kind=header-present": row,
  name: row,
  value: row,
  regex: row,
} as const satisfies SupportOf<AccessRule> & SupportOf<RuleCondition>;

export const namespaceSupport = {
  enforcement: {
    istio: full(ISTIO_RUN),
    linkerd: full(LINKERD_DOCS),
    consul: none("an intention allows or denies, and is always enforced", CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
  until: row,
} as const satisfies SupportOf<NamespaceFields>;
