/** Without a word, only tries that never reached the service are repeated; on gRPC also those that it refused. */
import { defineMesh, grpc, header, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart", "ledger"] },
    cart: { ports: { http: http(7070) } },
    ledger: { ports: { grpc: grpc(9090) } },
  },
  routes: { cart: { once: { when: header("x-once").isPresent(), retries: { attempts: 0 } } } },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json"] }];
