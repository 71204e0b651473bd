import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: { reviews: { experiment: { fault: { abort: { status: 503 } } } } },
});
