import { defineMesh, http, listen, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: { plain: listen.http(80, { hosts: ["shop.example.com"] }) },
      // error: Type 'string' is not assignable to type 'Unsupported<"istio before 1.31: a redirect cannot replace a prefix">
      // code: MW3000 gateways.edge.routes.old.redirect.prefix
      routes: { old: { when: path("/old").andBelow(), redirect: { prefix: "/new" } } },
    },
  },
});
