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
      // error: Type '"5xxx"' is not assignable to type 'RetryCondition'. Did you mean '"5xx"'?
      // code: MW1001 routes.reviews.default.retries.on[0]
      default: { retries: { on: ["5xxx"] } },
    },
  },
});
