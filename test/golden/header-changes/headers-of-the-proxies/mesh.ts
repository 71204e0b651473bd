/** Identity and routing travel in headers that no route may write; and one header cannot be changed in two ways. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      all: {
        headers: {
          request: { set: { "x-forwarded-client-cert": "URI=spiffe://shop.mesh/ns/shop/sa/admin", Host: "bank" } },
          response: { set: { "X-Tier": "1" }, add: { "x-tier": "2" } },
        },
      },
    },
  },
});
