import { defineMesh, http, listen } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: { all: { hosts: ["shop.example.org"], to: "web" } },
    },
  },
});

export const at = "gateways.edge.routes.all.hosts";
