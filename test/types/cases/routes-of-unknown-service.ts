import { defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    // error: 'reviewz' does not exist in type … Did you mean to write 'reviews'?
    // code: MW2000 routes.reviewz
    reviewz: {
      default: { timeout: seconds(2) },
    },
  },
});
