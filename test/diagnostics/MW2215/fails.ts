import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(80) }, calls: ["orders"] },
    orders: { ports: { http: http(80) } },
  },
  routes: {
    orders: {
      carts: { when: path("/carts").andBelow(), to: { kind: "service", service: "cart" } },
    },
  },
});

export const at = "routes.orders.carts.to";
