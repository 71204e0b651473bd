/** The caller's proxy answers for a part of the service; an answer without a body has none. */
import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      closed: {
        when: path("/checkout").andBelow(),
        respond: { status: 503, body: 'back at 6 o\'clock, "promised"\n' },
      },
      gone: { when: path("/v1").exactly(), respond: { status: 410 } },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
