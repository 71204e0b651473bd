import { defineMesh, http, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    web: {
      reviews: { when: path("/reviews").andBelow(), to: toService("reviews") },
    },
  },
});
