/** Half of the requests wait, and nobody but this caller's proxy knows. */
import { defineMesh, http, percent, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: { reviews: { slow: { fault: { delay: { for: seconds(3), percent: percent(50) } } } } },
});

export const shows = [{ proxy: "shop/web", files: ["lds.json outbound http_filters", "rds/outbound.json routes"] }];
