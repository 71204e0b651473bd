/** In a namespace that is only audited access is decided and counted, and nobody is refused; others are enforced as ever. */
import { allow, defineMesh, deny, http, path, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  namespaces: { legacy: { enforcement: "audit", until: "2027-01-31" } },
  services: {
    web: { ports: { http: http(80) }, calls: ["cart", "stock:http"] },
    cart: { ports: { http: http(7070) }, access: { readOnly: allow({ methods: ["GET"] }) } },
    stock: {
      namespace: "legacy",
      ports: { http: http(9080), rows: tcp(5432) },
      access: {
        readOnly: allow({ port: "http", methods: ["GET"] }),
        noAdmin: deny({ port: "http", paths: [path("/admin").andBelow()] }),
      },
    },
  },
});

/** Two weeks before it ends. */
export const asOf = "2027-01-18";

export const shows = [
  { proxy: "shop/cart", files: ["lds.json inbound-http http_filters"] },
  { proxy: "legacy/stock", files: ["lds.json inbound-http", "lds.json inbound-rows"] },
];
