/** What engines do with names, versions and calls of services. */
import { CONSUL_SOURCE, ENVOY_API, full, ISTIO_API, ISTIO_RUN, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Difference, Row, SupportOf } from "../../engines/support.ts";
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

export const differences: readonly Difference[] = [
  {
    id: "unknown host",
    engine: "istio",
    rule: "1.1",
    does: "a host that is not called is answered with 502, and no connection is taken on a port that no callee has",
    ...ISTIO_RUN,
  },
  {
    id: "port in the host",
    engine: "istio",
    rule: "1.3",
    does: "the port that is connected to decides, whatever port stands behind a host's name, or none",
    ...ISTIO_RUN,
  },
  {
    id: "dot at the end",
    engine: "istio",
    rule: "1.4",
    does: "with a dot at its end a name is one of a service only in full, and the dot stays in authorities and locations",
    ...ISTIO_RUN,
  },
];
