import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      all: { headers: { request: { set: { host: "reviews.internal" } } } },
    },
  },
});

export const at = "routes.reviews.all.headers.request";
