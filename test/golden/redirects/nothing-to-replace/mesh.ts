/** A prefix can only be replaced where the route matched one, and a redirect must change something. */
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
      renamed: { when: pathMatches("/v[0-9]+"), redirect: { prefix: "/v2" } },
      nowhere: { when: path("/a").exactly(), redirect: { status: 301 }, priority: 1 },
      both: { when: path("/b").andBelow(), redirect: { path: "/c", prefix: "/d" }, priority: 1 },
    },
  },
});
