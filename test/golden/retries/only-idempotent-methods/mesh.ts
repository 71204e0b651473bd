/** A try that the service may have begun to work on is repeated only for methods that may be repeated. */
import { defineMesh, http, method } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      reads: { retries: { on: ["5xx", "connect-failure"], attempts: 3 } },
      writes: { when: method("POST"), retries: { on: ["gateway-error"], methods: ["post"] } },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
