/** A rule for one port leaves the other alone; a whole namespace is meant by its callers that declare the call. */
import { allow, callersIn, defineMesh, deny, header, http, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cart:http", "cart:redis"] },
    report: { namespace: "batch", ports: { http: http(80) }, calls: ["cart:http", "cart:redis"] },
    cart: {
      ports: { http: http(7070), redis: tcp(6379) },
      access: {
        traced: allow({
          from: [callersIn("shop")],
          port: "http",
          headers: [
            header("x-request-id").isPresent(),
            header("x-tenant").matches("[a-z]+"),
            header("x-client").startsWith("shop/"),
            header("x-plan").is("gold"),
          ],
        }),
        noBatchOnRedis: deny({ from: [callersIn("batch")], port: "redis" }),
      },
    },
  },
});

export const shows = [
  {
    proxy: "shop/cart",
    files: ["lds.json inbound-http http_filters", "lds.json inbound-redis filters"],
  },
];
