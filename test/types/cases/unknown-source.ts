import { calledBy, defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // error: Type '"wep"' is not assignable to type '"web" | "reviews"'
      // code: MW2200 routes.reviews.web.when
      web: { when: calledBy("wep"), timeout: seconds(2) },
    },
  },
});
