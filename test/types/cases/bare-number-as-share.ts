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
      // error: Type 'number' is not assignable to type '`${number}%`'
      // code: MW1001 routes.reviews.default.fault.abort.percent
      default: { fault: { abort: { status: 503, percent: 5 } } },
    },
  },
});
