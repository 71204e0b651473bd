/** All requests of testers fail and one in ten thousand waits first; everybody else has no fault. */
import { defineMesh, header, http, ms, percent } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      testers: {
        when: header("x-test").isPresent(),
        fault: { abort: { status: 503 }, delay: { for: ms(250), percent: percent(0.01) } },
      },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["lds.json outbound http_filters", "rds/outbound.json routes"] }];
