/** Linkerd has no gateway: an ingress controller is a service that is called by nobody. */
import { defineMesh, http, listen, secretRef } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["linkerd", "envoy"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: {
        // @ts-expect-error the compiler says it, too
        plain: listen.http(80, { hosts: ["shop.example.com"] }),
        secure: listen.https(443, { hosts: ["shop.example.com"], certificate: secretRef("shop", "web", "tls") }),
      },
      routes: { all: { to: "web" } },
    },
  },
});
