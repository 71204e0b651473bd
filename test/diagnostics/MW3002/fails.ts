import { defineMesh, http, lossy, percent } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy", "linkerd"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      experiment: {
        fault: {
          abort: lossy(
            { linkerd: "experiments run in the Envoy environments only" },
            { status: 503, percent: percent(5) },
          ),
        },
      },
    },
  },
});

export const at = "routes.reviews.experiment.fault.abort";
