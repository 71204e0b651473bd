/** A route of Linkerd or Consul sees less of a request; each loss is accepted by name where it stands. */
import { authority, calledBy, defineMesh, header, http, lossy, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      anonymous: { when: [path("/a").exactly(), lossy({ linkerd: "dev only" }, header("x-user").isAbsent())] },
      named: { when: [path("/b").exactly(), lossy({ linkerd: "dev only", consul: "dev only" }, authority("cart"))] },
      called: { when: [path("/c").exactly(), lossy({ linkerd: "dev only", consul: "dev only" }, calledBy("web"))] },
      first: { when: path("/d").exactly(), priority: lossy({ linkerd: "no other route fits" }, 1) },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
