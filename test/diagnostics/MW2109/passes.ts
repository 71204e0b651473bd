import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80, { target: 8080 }) } } },
});
