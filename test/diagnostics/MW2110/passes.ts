import { defineMesh, http, strict } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, mtls: strict() } },
});

export const asOf = "2027-02-01";
