import { defineMesh, grpc, http, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: Type '"ledger:grcp"' is not assignable to type … Did you mean '"ledger:grpc"'?
    // error: Type '"admim"' is not assignable to type … Did you mean '"admin"'?
    // code: MW2101 services.web.calls[0]
    // code: MW2101 services.web.calls[1]
    web: { ports: { http: http(80) }, calls: ["ledger:grcp", { to: "ledger", port: "admim" }] },
    ledger: { ports: { grpc: grpc(7070), admin: tcp(9000) } },
  },
});
