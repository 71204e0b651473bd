/** Which engine can log what. */
import { CONSUL_CRDS, ENVOY_API, full, ISTIO_API, LINKERD_DOCS, partial } from "../../engines/evidence.ts";
import type { SupportOf } from "../../engines/support.ts";
import type { AccessLogsFields } from "./model.ts";

export const accessLogsSupport = {
  requests: {
    istio: partial("a line has the format of the control plane, which may hold queries", ISTIO_API),
    linkerd: partial("fixed formats, all requests or none, and only as pods start", LINKERD_DOCS),
    consul: partial("one setting for the whole mesh, all requests or none", CONSUL_CRDS),
    envoy: full(ENVOY_API),
  },
} as const satisfies SupportOf<AccessLogsFields>;
