import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: Type '"reviewz"' is not assignable to type … Did you mean '"reviews"'?
    // code: MW2100 services.web.calls[0]
    web: { ports: { http: http(80) }, calls: ["reviewz"] },
    cart: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      // error: 'v3' does not exist in type
      // code: MW2210 routes.reviews.default.to
      default: { to: { v1: 90, v3: 10 } },
    },
  },
});
