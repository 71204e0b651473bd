/** What acts on the way to a service has no place on a route that asks none. */
import { defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: { cart: { closed: { respond: { status: 503 }, timeout: seconds(1), retries: { attempts: 1 } } } },
});
