import { defineMesh, http, permissive } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, mtls: permissive({ until: "2027-01-31" }) } },
});

export const at = "services.web.mtls";
export const asOf = "2027-02-01";
