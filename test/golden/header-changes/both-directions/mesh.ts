/** Set replaces, add adds, remove comes first; a percent sign is a percent sign. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      all: {
        headers: {
          request: { set: { "X-Client": "web" }, add: { "x-discount": "5%" }, remove: ["x-debug"] },
          response: { set: { "cache-control": "no-store" }, remove: ["Server", "x-powered-by"] },
        },
      },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
