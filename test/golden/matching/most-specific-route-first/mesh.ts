/** The order in the file has no meaning: exact path, longest prefix, method, headers, query decide. */
import { defineMesh, header, http, method, path, query } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, versions: ["v1", "v2"] },
  },
  routes: {
    cart: {
      everything: { to: "v1" },
      debug: { when: [path("/items").andBelow(), query("debug").isPresent()], to: "v1" },
      tenant: { when: [path("/items").andBelow(), header("x-tenant").is("a")], to: "v1" },
      writes: { when: [path("/items").andBelow(), method("post", "PUT")], to: "v2" },
      items: { when: path("/items").andBelow(), to: "v2" },
      deeper: { when: path("/items/sale").andBelow(), to: "v1" },
      health: { when: path("/items/health").exactly(), to: "v2" },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
