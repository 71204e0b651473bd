/** Which engine reaches external services, and how. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, ISTIO_SOURCE, LINKERD_DOCS, none } from "../../engines/evidence.ts";
import type { Row, SupportOf } from "../../engines/support.ts";
import type { ExternalFields, ExternalTls } from "./model.ts";

const row = {
  istio: full(ISTIO_API),
  linkerd: full(LINKERD_DOCS),
  consul: full(CONSUL_CRDS),
  envoy: full(ENVOY_API),
} as const satisfies Row;
const noOrigination = none("its proxies do not speak TLS to servers outside the mesh", LINKERD_DOCS);

export const externalSupport = {
  host: row,
  ports: row,
  tls: row,
} as const satisfies SupportOf<ExternalFields>;

export const externalTlsSupport = {
  "kind=verified": { ...row, linkerd: noOrigination },
  roots: {
    ...row,
    istio: none("a sidecar takes roots only from files in its own pod, which the mesh does not mount", ISTIO_SOURCE),
    linkerd: noOrigination,
  },
  "kind=plaintext": row,
} as const satisfies SupportOf<ExternalTls>;
