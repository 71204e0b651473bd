import { defineMesh, http, secretRef, tls, verified } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["bank"] } },
  externals: {
    bank: {
      host: "bank.example.com",
      ports: { https: tls(443) },
      tls: verified({ roots: secretRef("shop", "bank", "ca.crt") }),
    },
  },
});

export const at = "externals.bank.tls";
