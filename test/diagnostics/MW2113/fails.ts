import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  owner: "storefront",
  services: {
    web: { ports: { http: http(80) }, calls: ["payments"] },
    payments: { ports: { http: http(8080) }, owner: "billing", allowCallers: ["storefront", "storefrnt"] },
  },
});

export const at = "services.payments.allowCallers[1]";
