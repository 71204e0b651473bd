/** A small mesh for the example of a gateway alone. */
import { defineMesh, http, listen } from "meshwright";

export const shop = defineMesh({
  name: "shop",
  targets: ["istio"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    front: { listeners: { plain: listen.http(80, { hosts: ["shop.example.com"] }) }, routes: { all: { to: "web" } } },
  },
});
