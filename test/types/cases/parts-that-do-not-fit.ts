// What only the whole mesh can know is an error where the parts are merged, at each of them.
import { defineMesh, defineServices, http, mergeParts } from "meshwright";

const base = { name: "shop", targets: ["envoy"] } as const;

const billing = {
  services: defineServices([base, "legder"], {
    // code: MW2100 services.payments.calls[0]
    payments: { ports: { http: http(8080) }, calls: ["legder"] },
    // code: MW2003 services.ledger
    ledger: { ports: { http: http(8080) } },
  }),
};

const accounts = {
  services: defineServices([base], { ledger: { ports: { http: http(9090) } }, books: { ports: { http: http(80) } } }),
};

export default defineMesh(
  mergeParts(base, {
    // error: required in type 'Wrong<"\"ledger\" is in accounts, too." | "there is no \"legder\".">'
    billing,
    // error: required in type 'Wrong<"\"ledger\" is in billing, too.">'
    accounts,
  }),
);
