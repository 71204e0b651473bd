/** One route for each way to ask. */
import { authority, cookie, defineMesh, header, http, path, pathMatches, query } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) } },
  },
  routes: {
    cart: {
      headers: {
        when: [
          path("/a").andBelow(),
          header("X-Exact").is("1"),
          header("x-prefix").startsWith("shop-"),
          header("x-regex").matches("[a-z]{1,63}"),
          header("x-present").isPresent(),
          header("x-absent").isAbsent(),
        ],
      },
      queries: {
        when: [path("/b").andBelow(), query("page").is("1"), query("q").matches(".+"), query("all").isPresent()],
      },
      cookies: { when: [path("/c").andBelow(), cookie("plan").is("gold"), cookie("session").matches("test-.*")] },
      never: { when: [path("/n").andBelow(), cookie("plan").is("gold;silver")] },
      authorities: { when: [path("/d").exactly(), authority("Cart.Shop:7070")] },
      regexes: { when: pathMatches("/v[0-9]+/items"), priority: 1 },
    },
  },
});

export const shows = [{ proxy: "shop/web", files: ["rds/outbound.json routes"] }];
