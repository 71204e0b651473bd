/** Each version is a workload with labels of its own; a version without a word has the two usual ones. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, versions: ["v2", "v1"], selectors: { v2: { app: "cart", track: "next" } } },
  },
  routes: { cart: { default: { to: { v1: 1, v2: 1 } } } },
});

export const shows = [
  {
    proxy: "shop/web",
    files: ["cds.json shop/cart/http/v1 endpoints", "cds.json shop/cart/http/v2 endpoints"],
  },
];
