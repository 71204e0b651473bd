/** Linkerd and Consul count whether it is read or not. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  metrics: { requests: false, connections: false },
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, metrics: { requests: true } },
  },
});

export const shows = [
  { proxy: "shop/web", files: ["bootstrap.json stats_config"] },
  { proxy: "shop/cart", files: ["bootstrap.json stats_config"] },
];
