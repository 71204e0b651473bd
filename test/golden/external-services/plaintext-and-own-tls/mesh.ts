/** A server without TLS, and an application that speaks TLS itself: the mesh looks inside neither, and says so in the model. */
import { defineMesh, http, plaintext, tcp, tls } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  accessLogs: { requests: "none" },
  services: { web: { ports: { http: http(80) }, calls: ["printer:raw", "printer:status", "bank"] } },
  externals: {
    printer: { host: "printer.example.com", ports: { raw: tcp(9100), status: http(80) }, tls: plaintext() },
    bank: { host: "bank.example.com", ports: { tls: tls(443) } },
  },
});

export const shows = [
  {
    proxy: "shop/web",
    files: ["cds.json", "lds.json outbound-external:printer/raw", "lds.json outbound-external:bank/tls"],
  },
];
