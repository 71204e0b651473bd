/** A fault that two engines cannot inject is left out there, because somebody wrote that it may be. */
import { defineMesh, http, lossy, percent, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      experiment: {
        fault: {
          abort: lossy({ linkerd: "dev only", consul: "dev only" }, { status: 503, percent: percent(5) }),
          delay: lossy({ linkerd: "dev only", consul: "dev only" }, { for: seconds(1) }),
        },
      },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
