/** A route for one caller stands in that caller's configuration and in no other. */
import { calledBy, defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    batch: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, versions: ["v1", "v2"] },
  },
  routes: { cart: { nightly: { when: calledBy("batch"), to: "v2" }, others: { to: "v1" } } },
});

export const shows = [
  { proxy: "shop/batch", files: ["rds/outbound.json routes"] },
  { proxy: "shop/web", files: ["rds/outbound.json routes"] },
];
