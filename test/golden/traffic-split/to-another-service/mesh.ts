/** The old path moves to a new service: its callers get to know that one, and it admits them. */
import { defineMesh, header, http, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
    checkout: { ports: { http: http(5050) }, versions: ["v1", "v2"] },
  },
  routes: {
    cart: {
      moved: { when: path("/checkout").andBelow(), to: toService("checkout") },
      next: {
        when: [path("/checkout").andBelow(), header("x-beta").is("1")],
        to: toService("checkout", { v2: 1 }),
      },
    },
  },
});

export const shows = [
  { proxy: "shop/web", files: ["rds/outbound.json routes"] },
  { proxy: "shop/checkout/v2", files: ["lds.json inbound-http http_filters"] },
];
