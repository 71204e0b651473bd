/** The whole path is replaced, the query stays; a percent sign is text. */
import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: { health: { when: path("/health").exactly(), rewrite: { path: "/internal/100%25", host: "cart.internal" } } },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
