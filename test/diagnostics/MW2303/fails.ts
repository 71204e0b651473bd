import { defineMesh, http, listen, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  owner: "storefront",
  services: {
    web: { ports: { http: http(80) } },
    payments: { ports: { http: http(8080) }, owner: "billing", allowCallers: ["storefront"] },
  },
  gateways: {
    edge: {
      allowRoutes: { billing: ["/pay"] },
      listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: {
        all: { to: "web" },
        pay: { when: path("/paypal").andBelow(), to: "payments" },
      },
    },
  },
});

export const at = "gateways.edge.routes.pay";
