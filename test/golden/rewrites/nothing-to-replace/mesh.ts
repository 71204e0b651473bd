/** Three rewrites that cannot be meant. */
import { defineMesh, http, path, pathMatches } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      unmatched: { when: pathMatches("/v[0-9]+"), rewrite: { prefix: "/v2" } },
      empty: { when: path("/a").exactly(), rewrite: {}, priority: 1 },
      both: { when: path("/b").andBelow(), rewrite: { path: "/c", prefix: "/d" }, priority: 1 },
    },
  },
});
