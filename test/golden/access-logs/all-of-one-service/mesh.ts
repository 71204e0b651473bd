/** One service logs every request, the others none; the two engines with one switch for all of them say so. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  accessLogs: { requests: "none" },
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, accessLogs: { requests: "all" } },
  },
});

export const shows = [
  { proxy: "shop/cart", files: ["lds.json inbound-http access_log"] },
  { proxy: "shop/web", files: ["lds.json inbound-http"] },
];
