/** Each host sees only its own routes, and the services admit the gateway by the identity of its own account. */
import { defineMesh, http, listen, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80), admin: http(81) } },
    cart: { ports: { http: http(7070) }, versions: ["v1", "v2"], owner: "checkout", allowCallers: ["platform"] },
  },
  gateways: {
    edge: {
      namespace: "ingress",
      name: "public",
      serviceAccount: "gateway",
      owner: "platform",
      allowRoutes: { checkout: ["/"] },
      listeners: { web: listen.http(8080, { hosts: ["shop.example.com", "cart.example.com"] }) },
      routes: {
        pages: { hosts: ["shop.example.com"], to: "web:http" },
        basket: { hosts: ["cart.example.com"], to: toService("cart", { v1: 90, v2: 10 }) },
        old: { when: path("/old").andBelow(), redirect: { path: "/" } },
      },
    },
  },
});

export const shows = [
  { proxy: "ingress/public", files: ["rds/gateway-web.json"] },
  { proxy: "shop/cart/v1", files: ["lds.json inbound-http http_filters"] },
];
