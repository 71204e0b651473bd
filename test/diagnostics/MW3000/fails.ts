import { defineMesh, http, percent } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy", "linkerd"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // @ts-expect-error: the compiler refuses it, too
      experiment: { fault: { abort: { status: 503, percent: percent(5) } } },
    },
  },
});

export const at = "routes.reviews.experiment.fault.abort";
