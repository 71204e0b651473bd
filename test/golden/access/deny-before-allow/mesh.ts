/** `web` may read, `batch` may still do everything, and `/admin` is refused to both, whatever allows it. */
import { allow, defineMesh, deny, http, path, pathMatches } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    batch: { ports: { http: http(80) }, calls: ["cart"] },
    cart: {
      ports: { http: http(7070) },
      access: {
        readOnly: allow({ from: ["web"], methods: ["get", "HEAD"], paths: [path("/items").andBelow()] }),
        noAdmin: deny({ paths: [path("/admin").andBelow(), pathMatches("/v[0-9]+/admin"), path("/debug").exactly()] }),
      },
    },
  },
});

export const shows = [{ proxy: "shop/cart", files: ["lds.json inbound-http http_filters"] }];
