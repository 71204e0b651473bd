import { defineMesh, http, listen } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80), admin: http(9090) } } },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: { all: { to: "web" } },
    },
  },
});

export const at = "gateways.edge.routes.all.to";
