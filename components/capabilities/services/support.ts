/** What engines do with names, versions and calls of services. */
import { CONSUL_SOURCE, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { ServiceFields } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_SOURCE),
  envoy: full(ENVOY_API),
} as const satisfies Row;

export const serviceSupport = {
  namespace: { ...row, consul: none("namespaces are Enterprise; a service is its name", CONSUL_SOURCE) },
  name: row,
  serviceAccount: { ...row, consul: none("with ACLs the account's name must be the service's", CONSUL_SOURCE) },
  owner: row,
  allowCallers: row,
  ports: row,
  versions: row,
  selectors: row,
  calls: row,
} as const satisfies SupportOf<ServiceFields>;
