/** A request with both headers fits both routes; nothing says which is meant, so nothing is guessed. */
import { defineMesh, header, http, path, pathMatches } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, versions: ["v1", "v2"] },
  },
  routes: {
    cart: {
      beta: { when: header("x-beta").is("1"), to: "v2" },
      tenant: { when: header("x-tenant").is("a"), to: "v1" },
      numbered: { when: pathMatches("/v[0-9]+"), to: "v1" },
      first: { when: path("/v1").exactly(), to: "v2" },
    },
  },
});
