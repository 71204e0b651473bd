/** Two tries of 300 ms fit into a second, a single try has its limit, too; what nobody limits has 15 s, on every engine alike. */
import { defineMesh, http, ms, path, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      quick: { when: path("/price").exactly(), timeout: seconds(1), perTryTimeout: ms(300) },
      once: { when: path("/order").exactly(), timeout: seconds(1), perTryTimeout: ms(400), retries: { attempts: 0 } },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
