/** A team's: its services may name each other, what `base` has, and "web", which is taken on trust. */
import { allow, defineRoutes, defineServices, http, seconds } from "meshwright";
import { base } from "./base.ts";

export const services = defineServices([base, "web"], {
  payments: {
    owner: "billing",
    allowCallers: ["storefront"],
    ports: { http: http(8080) },
    versions: ["v1", "v2"],
    calls: ["ledger"],
    access: { shop: allow({ from: ["web"], methods: ["POST"] }) },
  },
  ledger: { owner: "billing", ports: { http: http(8080) } },
});

export const routes = defineRoutes([base, { services }], {
  payments: { canary: { to: { v1: 95, v2: 5 }, timeout: seconds(2) } },
});
