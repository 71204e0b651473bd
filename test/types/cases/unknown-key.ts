import { defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // error: 'timeoutt' does not exist in type 'ServiceRoute< … Did you mean to write 'timeout'?
      // code: MW1002 routes.reviews.default.timeoutt
      default: { timeoutt: seconds(2) },
    },
  },
});
