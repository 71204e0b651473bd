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
      // error: Type 'string' is not assignable to type 'ToService<"web" | "reviews">'
      // code: MW2210 routes.reviews.default.to
      default: { to: "v1" },
    },
  },
});
