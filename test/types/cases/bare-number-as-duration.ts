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
      // error: Type 'number' is not assignable to type '"none" | `${number}ms` | `${number}s`
      // code: MW1001 routes.reviews.default.timeout
      default: { timeout: 2 },
    },
  },
});
