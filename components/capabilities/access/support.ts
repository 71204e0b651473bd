/** Which engine can decide by what. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none, partial } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { AccessRule } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const accessSupport = {
  "kind=allow": row,
  "kind=deny": { ...row, linkerd: none("its policies only allow", LINKERD_DOCS) },
  from: row,
  port: { ...row, consul: none("intentions are for a whole service; several ports are Enterprise", CONSUL_CRDS) },
  methods: row,
  paths: { ...row, istio: partial("a path regex is not available", ISTIO_API) },
  headers: { ...row, istio: partial("a header regex is not available", ISTIO_API) },
} as const satisfies SupportOf<AccessRule>;
