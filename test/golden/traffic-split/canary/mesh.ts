/** A tenth of the requests go to the new version, and a version without weight gets none. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, versions: ["v1", "v2", "v3"] },
  },
  routes: { cart: { canary: { to: { v1: 90, v2: 10, v3: 0 } } } },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
