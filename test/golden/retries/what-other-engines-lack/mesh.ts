/** Linkerd and Consul know no back-off, Linkerd fewer conditions, Istio only the first wait. */
import { defineMesh, http, lossy, ms } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      all: {
        retries: {
          on: ["5xx", "reset"],
          backOff: lossy({ linkerd: "two tries at most", consul: "two tries at most" }, { base: ms(50) }),
        },
      },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
