import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    shop: { ports: { http: http(80) } },
    web: { ports: { http: http(80) } },
  },
});
