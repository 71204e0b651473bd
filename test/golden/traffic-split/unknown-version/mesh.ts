/** A version that is not there, weights that add up to nothing, a service that is not there, and two actions in one route. */
import { defineMesh, http, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, versions: ["v1", "v2"] },
  },
  routes: {
    cart: {
      // @ts-expect-error the compiler says it, too
      typo: { when: path("/a").exactly(), to: "v3" },
      // @ts-expect-error the compiler says it, too
      elsewhere: { when: path("/b").exactly(), to: toService("checkout") },
      nothing: { when: path("/c").exactly(), to: { v1: 0, v2: 0 } },
      two: { to: "v1", respond: { status: 200 } },
    },
  },
});
