/** A mesh of two teams: one owns the door and the shop, the other what is paid with. Each has a namespace, and both call the same outside. */
import { defineMesh, http, listen, type Mesh, path, toService } from "meshwright";

const outside = { ports: { https: http(443) } };

export const twoOwners = defineMesh({
  name: "shop",
  owner: "storefront",
  targets: ["istio"],
  services: {
    web: { ports: { http: http(80) }, calls: ["payments", "mail"] },
    payments: {
      namespace: "billing",
      owner: "billing",
      allowCallers: ["storefront"],
      ports: { http: http(8080) },
      versions: ["v1", "v2"],
      calls: ["ledger", "mail"],
    },
    ledger: { namespace: "billing", owner: "billing", ports: { http: http(9090) } },
  },
  externals: { mail: { host: "mail.example.com", ...outside } },
  routes: { payments: { canary: { to: { v1: 90, v2: 10 } } } },
  gateways: {
    edge: {
      allowRoutes: { billing: ["/pay"] },
      listeners: { plain: listen.http(80, { hosts: ["shop.example.com"] }) },
      routes: {
        all: { to: "web" },
        pay: { when: path("/pay").andBelow(), to: toService("payments", { v1: 50, v2: 50 }) },
      },
    },
  },
});

export const owners = ["storefront", "billing"] as const;

// --- the same mesh after an edit -----------------------------------------------------------------------------------

const edited = (edit: (mesh: Editable) => void): Mesh => ({
  ...twoOwners,
  at: (environment) => {
    const mesh = structuredClone(twoOwners.at(environment)) as unknown as Editable;
    edit(mesh);
    return mesh;
  },
});

interface Editable {
  readonly services: { web: { calls: string[] }; payments?: { versions: string[] } };
  routes: { payments?: { canary: { to: object } } };
  readonly gateways: { edge: { routes: { pay?: { to: unknown } } } };
}

/** One of two versions has left. */
export const withoutCanary = edited(({ services, routes, gateways }) => {
  if (services.payments !== undefined) services.payments.versions = ["v1"];
  routes.payments = { canary: { to: { v1: 100 } } };
  gateways.edge.routes.pay = { ...gateways.edge.routes.pay, to: toService("payments", { v1: 100 }) };
});

/** A service has left. */
export const withoutPayments = edited((mesh) => {
  mesh.services.web.calls = ["mail"];
  delete mesh.services.payments;
  mesh.routes = {};
  delete mesh.gateways.edge.routes.pay;
});
