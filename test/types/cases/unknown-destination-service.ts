import { defineMesh, http, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      // error: Type '"wep"' is not assignable to type '"web" | "reviews"'
      // code: MW2211 routes.reviews.old.to
      old: { when: path("/old").andBelow(), to: toService("wep") },
    },
  },
});
