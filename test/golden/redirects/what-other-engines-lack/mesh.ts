/** Consul cannot redirect at all, and Istio replaces a prefix only from 1.31 on. */
import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      secure: {
        when: path("/pay").andBelow(),
        // @ts-expect-error the compiler says it, too
        redirect: { scheme: "https", host: "pay.example.com", port: 443, status: 308 },
      },
      // @ts-expect-error the compiler says it, too
      moved: { when: path("/basket").exactly(), redirect: { path: "/cart" } },
      // @ts-expect-error the compiler says it, too
      renamed: { when: path("/v1").andBelow(), redirect: { prefix: "/v2" } },
    },
  },
});
