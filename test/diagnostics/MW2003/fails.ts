import { defineMesh, defineServices, http, mergeParts } from "meshwright";

const base = { name: "shop", targets: ["envoy"] } as const;

// In files of their own, usually.
const billing = { services: defineServices([base], { ledger: { ports: { http: http(8080) } } }) };
const accounts = { services: defineServices([base], { ledger: { ports: { http: http(9090) } } }) };

// @ts-expect-error: the compiler refuses it, too
export default defineMesh(mergeParts(base, { billing, accounts }));

export const at = "services.ledger";
