/** Nobody wrote a rule: who declares the call is admitted, and nobody else, not even from the same namespace. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    batch: { ports: { http: http(80) } },
    cart: { ports: { http: http(7070) } },
  },
});

export const shows = [
  { proxy: "shop/cart", files: ["lds.json inbound-http http_filters"] },
  { proxy: "shop/batch", files: ["lds.json inbound-http http_filters"] },
];
