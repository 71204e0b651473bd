/** Where the loss is accepted, Istio leaves out what it cannot compare, and never admits more because of it. */
import { defineMesh, header, http, lossy, path, pathMatches } from "meshwright";

const WHY = "the gateway has compared it before";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: {
      ports: { http: http(7070) },
      access: {
        // @ts-expect-error inside a rule only JSON and JavaScript can accept a loss
        numbered: { kind: "allow", paths: [path("/health").exactly(), lossy({ istio: WHY }, pathMatches("/v[0-9]+"))] },
        // @ts-expect-error the same
        tenants: { kind: "allow", headers: [lossy({ istio: WHY }, header("x-tenant").matches("[a-z]+"))] },
      },
    },
  },
});

export const shows = [{ proxy: "shop/cart", files: ["lds.json inbound-http http_filters"] }];
