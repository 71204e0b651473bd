/** Denials and rules for one port are not everywhere; where a loss is accepted, the reports keep saying so. */
import { defineMesh, deny, header, http, lossy, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: {
      ports: { http: http(7070) },
      access: {
        noAdmin: lossy(
          { linkerd: "the staging cluster has no admin pages" },
          deny({ paths: [path("/admin").andBelow()] }),
        ),
        onePort: {
          kind: "allow",
          from: ["web"],
          port: lossy({ consul: "the service has just this one" }, "http"),
          headers: [header("x-tenant").is("shop"), header("x-plan").isPresent()],
        },
      },
    },
  },
});

export const shows = [{ proxy: "shop/cart", files: ["lds.json inbound-http http_filters"] }];
