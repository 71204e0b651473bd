/** Scheme, host, port and path, each on its own or together; what is not given stays as it was asked. */
import { defineMesh, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio@1.31", "linkerd", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      secure: {
        when: path("/pay").andBelow(),
        redirect: { scheme: "https", host: "pay.example.com", port: 8443, status: 308 },
      },
      moved: { when: path("/basket").exactly(), redirect: { path: "/cart", status: 301 } },
      renamed: { when: path("/v1").andBelow(), redirect: { prefix: "/v2" } },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
