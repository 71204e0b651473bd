/** The mesh's default ended yesterday: every service that takes it is an error, and the one with its own word is none. */
import { defineMesh, http, permissive, strict } from "meshwright";

export const asOf = "2027-02-01";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  mtls: permissive({ until: "2027-01-31" }),
  services: {
    web: { ports: { http: http(80) }, calls: ["cart"] },
    cart: { ports: { http: http(7070) }, mtls: strict() },
  },
});
