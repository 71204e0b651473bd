import { defineMesh, http, percent } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["linkerd", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // error: 'status' does not exist in type 'Unsupported<"linkerd: it has no way to answer a share of requests with a fixed status">
      // code: MW3000 routes.reviews.default.fault.abort
      default: { fault: { abort: { status: 503, percent: percent(5) } } },
    },
  },
});
