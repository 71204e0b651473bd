/** It was to end yesterday. Two weeks before, it is a warning (an-audited-namespace). */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  namespaces: { legacy: { enforcement: "audit", until: "2027-01-31" } },
  services: { stock: { namespace: "legacy", ports: { http: http(9080) } } },
});

export const asOf = "2027-02-01";
