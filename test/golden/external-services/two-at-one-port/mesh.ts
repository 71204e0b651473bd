/** Istio takes calls of servers outside at their ports on every address: two that nothing tells apart are refused. */
import { defineMesh, http, plaintext, tcp, tls } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    told: { ports: { http: http(80) }, calls: ["bank", "broker", "rates"] },
    mixed: { ports: { http: http(80) }, calls: ["queue", "rates"] },
    both: { ports: { http: http(80) }, calls: ["orders", "stock"] },
  },
  externals: {
    bank: { host: "bank.example.com", ports: { tls: tls(443) } },
    broker: { host: "broker.example.com", ports: { tls: tls(443) } },
    rates: { host: "rates.example.com", ports: { https: http(443) } },
    queue: { host: "queue.example.com", ports: { raw: tcp(443) } },
    orders: { host: "orders.example.com", ports: { sql: tcp(5432) }, tls: plaintext() },
    stock: { host: "stock.example.com", ports: { sql: tcp(5432) }, tls: plaintext() },
  },
});
