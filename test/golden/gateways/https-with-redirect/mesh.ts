/** Plain requests for a host that is served with TLS are sent there; the edge profile needs no word. */
import { defineMesh, http, listen, secretRef } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "consul", "envoy"],
  accessLogs: { requests: "none" },
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: {
        plain: listen.http(80, { hosts: ["shop.example.com", "status.example.com"] }),
        secure: listen.https(443, {
          hosts: ["shop.example.com"],
          certificate: secretRef("shop", "shop-example-com", "tls"),
        }),
      },
      routes: { all: { to: "web" } },
    },
  },
});

export const shows = [
  { proxy: "shop/edge", files: ["lds.json gateway-secure", "rds/gateway-plain.json", "sds/gateway.secure.json"] },
];
