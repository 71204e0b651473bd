/** The service sees its own paths; a prefix that is taken away leaves no double slash, and its dot is a dot. */
import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      renamed: { when: path("/v1").andBelow(), rewrite: { prefix: "/api/v1" } },
      removed: { when: path("/cart.v1").andBelow(), rewrite: { prefix: "/" } },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
