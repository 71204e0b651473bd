import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  gateways: {
    edge: {
      listeners: {},
      routes: { all: { to: "web" } },
    },
  },
});

export const at = "gateways.edge.listeners";
