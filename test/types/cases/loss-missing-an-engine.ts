import { defineMesh, http, lossy, percent } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // error: Property 'consul' is missing in type '{ readonly linkerd: "dev only"; }'
      // code: MW3000 routes.reviews.default.fault.abort
      default: { fault: { abort: lossy({ linkerd: "dev only" }, { status: 503, percent: percent(5) }) } },
    },
  },
});
