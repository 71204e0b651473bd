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
      // error: Type '"v3"' is not assignable to type '"v1" | "v2" |
      // code: MW2210 routes.reviews.default.to
      default: { to: "v3" },
    },
  },
});
