/** A longest wait below the first, and fields that say how to retry what is never retried. */
import { defineMesh, http, ms, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      off: { when: path("/off").exactly(), retries: { attempts: 0, on: ["5xx"] } },
      shrinking: { retries: { backOff: { base: ms(500), max: ms(100) } } },
    },
  },
});
