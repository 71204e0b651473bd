import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["consul", "envoy"],
  services: { web: { ports: { http: http(80) } } },
});

export const engine = "envoy";
