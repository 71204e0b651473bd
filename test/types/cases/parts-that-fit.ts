// Parts of two files, here in one: names of services, versions and gateways last to the whole mesh and its tests.
import {
  allow,
  defineMesh,
  defineRoutes,
  defineServices,
  http,
  listen,
  mergeParts,
  path,
  seconds,
  toService,
} from "meshwright";
import { testMesh } from "meshwright/testing";

const base = {
  name: "shop",
  targets: ["istio", "envoy"],
  externals: { bank: { host: "bank.example.com", ports: { https: http(443) } } },
} as const;

const services = defineServices([base, "web", "web:admin", "edge"], {
  payments: {
    ports: { http: http(8080), admin: http(9090) },
    versions: ["v1", "v2"],
    calls: ["bank", "ledger", "web:admin"],
    access: { shop: allow({ from: ["web"], port: "http" }), edge: allow({ from: ["edge"] }) },
  },
  ledger: { ports: { http: http(8080) } },
});
const routes = defineRoutes([base, { services }, "web"], {
  payments: {
    canary: { to: { v1: 95, v2: 5 }, port: "http", timeout: seconds(2) },
    old: { port: "admin", to: toService("ledger") },
  },
});
const billing = { services, routes };

const storefront = {
  services: defineServices([base, billing], {
    web: { ports: { http: http(80), admin: http(81) }, calls: ["payments:http", { to: "payments", port: "admin" }] },
  }),
};

const shop = defineMesh({ parameters: { host: "shop.example.com" }, environments: { dev: {} } }, ({ host }) =>
  mergeParts(
    {
      ...base,
      gateways: {
        edge: {
          listeners: { web: listen.http(80, { hosts: [host] }) },
          routes: { all: { to: "web:http" }, pay: { when: path("/pay").andBelow(), to: "payments:http" } },
        },
      },
    },
    { billing, storefront },
  ),
);

export default shop;

export function tests(): void {
  testMesh(shop).from("web").to("payments", "http").get("/").splits({ v1: 95, v2: 5 });
  // error: '"v3"' is not assignable to parameter of type '"v1" | "v2"
  testMesh(shop).from("web").to("payments").get("/").reaches("payments", "v3");
}
