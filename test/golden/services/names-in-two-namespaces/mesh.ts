/** The same name in two namespaces is two services; across namespaces the short name leads nowhere. One belongs to others, who agreed. */
import { defineMesh, http, lossy } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  owner: "storefront",
  services: {
    web: { ports: { http: http(80) }, calls: ["cart", "old-cart"] },
    cart: { ports: { http: http(7070) }, owner: "checkout", allowCallers: ["storefront"] },
    "old-cart": {
      name: "cart",
      namespace: lossy({ consul: "only one of them runs there" }, "legacy"),
      serviceAccount: lossy({ consul: "no ACLs there" }, "cart-reader"),
      ports: { http: http(7070) },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json", "cds.json legacy/cart/http"] }];
