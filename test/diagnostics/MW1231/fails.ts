import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      api: { when: path("/api").andBelow(), rewrite: { path: "/v1", prefix: "/v1" } },
    },
  },
});

export const at = "routes.reviews.api.rewrite";
