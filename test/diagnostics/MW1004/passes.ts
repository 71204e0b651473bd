import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { "web-shop": { ports: { http: http(80) } } },
});
