import { defineMesh, http, lossy, percent } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["linkerd", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      default: {
        // error: is not assignable to type 'LosesNothing< … Types of property 'envoy' are incompatible
        // code: MW3003 routes.reviews.default.fault.abort
        fault: { abort: lossy({ linkerd: "dev only", envoy: "never" }, { status: 503, percent: percent(5) }) },
      },
    },
  },
});
