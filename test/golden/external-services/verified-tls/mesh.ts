/** Chain and name are verified: by the system's roots, or by the server's own, which Istio leaves out. The application speaks plain HTTP to its proxy. */
import { defineMesh, grpc, http, lossy, secretRef } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "consul", "envoy"],
  services: { web: { ports: { http: http(80) }, calls: ["rates", "ledger"] } },
  externals: {
    rates: { host: "api.rates.example.com", ports: { https: http(443) } },
    ledger: {
      host: "ledger.example.com",
      ports: { grpc: grpc(8443) },
      tls: {
        kind: "verified",
        roots: lossy({ istio: "its certificate there is public" }, secretRef("shop", "ledger-roots", "ca.crt")),
      },
    },
  },
});

export const shows = [
  {
    proxy: "shop/web",
    files: ["cds.json external:rates/https", "cds.json external:ledger/grpc", "rds/outbound.json virtual_hosts"],
  },
];
