import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    reviews: { ports: { http: http(9080) } },
    admin: {
      ports: { http: http(9081) },
      versions: ["v1"],
      selectors: { v1: { app: "reviews-admin" } },
    },
  },
});
