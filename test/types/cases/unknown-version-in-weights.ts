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
      // error: 'v3' does not exist in type … { readonly v1?: number; readonly v2?: number; }
      // code: MW2210 routes.reviews.default.to
      default: { to: { v1: 90, v3: 10 } },
    },
  },
});
