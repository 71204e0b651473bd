import { defineMesh, http, listen } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: { plain: listen.http(80, { hosts: ["shop.example.com"] }) },
      // error: Type '"wep"' is not assignable to type '"web" | "web:http" | ToService<"web"> | undefined'
      // code: MW2211 gateways.edge.routes.all.to
      routes: { all: { to: "wep" } },
    },
  },
});
