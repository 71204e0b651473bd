import { defineMesh, http, listen, secretRef } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      namespace: "certificates",
      listeners: {
        secure: listen.https(443, {
          hosts: ["shop.example.com"],
          certificate: secretRef("certificates", "shop", "tls"),
        }),
      },
      routes: { all: { to: "web" } },
    },
  },
});
