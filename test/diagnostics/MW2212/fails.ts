import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      all: { to: { v1: 0, v2: 0 } },
    },
  },
});

export const at = "routes.reviews.all.to";
