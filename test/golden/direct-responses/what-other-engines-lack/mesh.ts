/** Linkerd and Consul can only send requests on. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  // @ts-expect-error the compiler says it, too
  routes: { cart: { closed: { respond: { status: 503, body: "closed" } } } },
});
