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
      moved: { when: path("/old").andBelow(), redirect: { path: "/new", prefix: "/new" } },
    },
  },
});

export const at = "routes.reviews.moved.redirect";
