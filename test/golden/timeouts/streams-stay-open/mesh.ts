/** No timeout where somebody wrote "none", and on gRPC, whose callers send their own. */
import { defineMesh, grpc, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart", "ledger"] },
    cart: { ports: { http: http(7070) } },
    ledger: { ports: { grpc: grpc(9090) } },
  },
  routes: { cart: { events: { when: path("/events").andBelow(), timeout: "none" } } },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json"] }];
