import { defineMesh, http, secretRef, verified } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["bank"] } },
  externals: {
    bank: {
      host: "bank.example.com",
      ports: { https: http(443) },
      tls: verified({ roots: secretRef("shop", "bank", "ca.crt") }),
    },
  },
});
