import { defineMesh, http, listen, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: { products: { when: path("/products").andBelow(), to: "web" } },
    },
  },
});

export const engine = "istio";
