/** Rules called as engines call what they add by themselves: `batch` keeps its call, plaintext stays permitted, and both rules hold. */
import { allow, defineMesh, http, permissive } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    batch: { ports: { http: http(80) }, calls: ["cart"] },
    cart: {
      ports: { http: http(7070) },
      mtls: permissive({ until: "2099-12-31" }),
      access: {
        calls: allow({ from: ["web"], methods: ["GET"] }),
        plaintext: allow({ from: ["web"], methods: ["POST"] }),
      },
    },
  },
});

export const shows = [{ proxy: "shop/cart", files: ["lds.json inbound-http http_filters"] }];
