/** Rules keep to the ports that they are for: what looks into requests never touches a port that does not speak HTTP. */
import { allow, callersIn, defineMesh, deny, header, http, path, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart:http", "cart:admin", "cart:sync"] },
    nightly: { namespace: "batch", ports: {}, calls: ["cart:http", "cart:sync"] },
    cart: {
      ports: { http: http(80, { target: 7070 }), admin: http(81, { target: 7071 }), sync: tcp(7072) },
      access: {
        noBatch: deny({ from: [callersIn("batch")], port: "sync" }),
        noDebug: deny({ headers: [header("x-debug").isPresent()] }),
        readOnly: allow({
          from: [callersIn("batch")],
          port: "http",
          methods: ["GET", "HEAD"],
          paths: [path("/").andBelow()],
        }),
        tenants: allow({
          from: ["web"],
          port: "http",
          paths: [path("/carts").andBelow(), path("/health").exactly()],
          headers: [header("x-tenant").startsWith("shop-"), header("x-plan").is("gold")],
        }),
      },
    },
  },
});

export const shows = [
  {
    proxy: "shop/cart",
    files: [
      "lds.json inbound-http http_filters",
      "lds.json inbound-admin http_filters",
      "lds.json inbound-sync filters",
    ],
  },
];
