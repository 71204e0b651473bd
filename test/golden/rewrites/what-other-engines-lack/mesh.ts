/** Linkerd drops a route that rewrites, Consul replaces prefixes and nothing else. */
import { defineMesh, http, lossy, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      renamed: { when: path("/v1").andBelow(), rewrite: { prefix: lossy({ linkerd: "dev only" }, "/v2") } },
      health: {
        when: path("/health").exactly(),
        rewrite: {
          path: lossy({ linkerd: "dev only", consul: "dev only" }, "/internal"),
          host: lossy({ linkerd: "dev only", consul: "dev only" }, "cart.internal"),
        },
      },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
