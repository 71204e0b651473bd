import { defineMesh, http, listen, path } from "meshwright";

/** A page of every product, each with a route of its own. */
const products = Array.from({ length: 10_000 }, (_, number) => `product-${number}`);

export default defineMesh({
  name: "shop",
  targets: ["istio"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: Object.fromEntries(
        products.map((product) => [product, { when: path(`/${product}`).andBelow(), to: "web" as const }]),
      ),
    },
  },
});

export const at = "gateways.edge";
export const engine = "istio";
