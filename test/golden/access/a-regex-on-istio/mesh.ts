/** An AuthorizationPolicy knows no regular expressions, so a rule that needs one is refused and never widened. */
import { allow, defineMesh, header, http, pathMatches } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: {
      ports: { http: http(7070) },
      access: {
        numbered: allow({ paths: [pathMatches("/v[0-9]+")], headers: [header("x-tenant").matches("[a-z]+")] }),
      },
    },
  },
});
