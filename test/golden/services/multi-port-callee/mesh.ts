/** A call names its port. A caller knows the ports it calls and no others: nothing here of `admin`. */
import { defineMesh, grpc, http, http2, tcp, tls } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: {
      ports: { http: http(80, { target: 8080 }) },
      calls: ["cart:http", "cart:stream", { to: "cart", port: "grpc" }, "cart:redis", "cart:vault"],
    },
    cart: {
      ports: {
        admin: http(81),
        http: http(7070),
        stream: http2(7071),
        grpc: grpc(7072),
        redis: tcp(6379),
        vault: tls(8200),
      },
    },
  },
});

export const shows = [
  { proxy: "shop/web", files: ["rds/outbound.json virtual_hosts", "lds.json outbound-shop/cart/vault address"] },
  { proxy: "shop/cart", files: ["cds.json inbound/http", "cds.json inbound/stream"] },
];
