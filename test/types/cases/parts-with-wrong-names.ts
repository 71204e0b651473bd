// A wrong name is an error in the file that wrote it, and only there: what merges the parts has none.
import { allow, defineMesh, defineRoutes, defineServices, header, http, mergeParts, percent } from "meshwright";

const base = { name: "shop", targets: ["linkerd", "envoy"] } as const;

const services = defineServices([base, "web"], {
  payments: {
    ports: { http: http(8080) },
    versions: ["v1", "v2"],
    // error: Type '"ledgr"' is not assignable to type … Did you mean '"ledger"'?
    // code: MW2100 services.payments.calls[0]
    calls: ["ledgr"],
    // error: Type '"wbe"' is not assignable to type
    // code: MW2280 services.payments.access.shop.from[0]
    access: { shop: allow({ from: ["wbe"] }) },
  },
  // error: 'vesions' does not exist in type … Did you mean to write 'versions'?
  // code: MW1002 services.ledger.vesions
  ledger: { ports: { http: http(8080) }, vesions: ["v1"] },
});

const routes = defineRoutes([base, { services }], {
  payments: {
    // error: Type '"v3"' is not assignable to type '"v1" | "v2"
    // code: MW2210 routes.payments.beta.to
    beta: { when: header("x-beta").is("1"), to: "v3" },
    // error: 'status' does not exist in type 'Unsupported<"linkerd: it has no way to answer a share of requests with a fixed status">
    // code: MW3000 routes.payments.all.fault.abort
    all: { fault: { abort: { status: 503, percent: percent(5) } } },
  },
});

const further = defineRoutes([base, { services }], {
  // error: 'paymentz' does not exist in type … Did you mean to write 'payments'?
  // code: MW2000 routes.paymentz
  paymentz: { beta: { when: header("x-beta").is("1"), to: "v2" } },
});

const storefront = {
  services: defineServices([base, { services }], {
    // error: Type '"payments:grpc"' is not assignable to type
    // code: MW2101 services.web.calls[0]
    web: { ports: { http: http(80) }, calls: ["payments:grpc"] },
  }),
};

export default defineMesh(mergeParts(base, { billing: { services, routes }, more: { routes: further }, storefront }));
