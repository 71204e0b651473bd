/** A route for a host that no listener serves would never be asked, and two listeners cannot share a port. */
import { defineMesh, http, listen } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: {
        a: listen.http(80, { hosts: ["shop.example.com"] }),
        b: listen.http(80, { hosts: [] }),
      },
      routes: { all: { to: "web", hosts: ["shop.example.org"] } },
    },
  },
});
