import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { stock: { namespace: "legacy", ports: { http: http(9080) } } },
  namespaces: { legazy: { enforcement: "audit", until: "2027-01-31" } },
});

export const at = "namespaces.legazy";
