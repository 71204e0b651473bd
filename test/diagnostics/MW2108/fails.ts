import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80), admin: http(80) } } },
});

export const at = "services.web.ports.http";
