/** Nobody wrote a word about it: callers without a certificate are refused, and callers accept just one identity. */
import { defineMesh, http, strict, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["redis"] },
    redis: { ports: { redis: tcp(6379) }, mtls: strict() },
  },
});

export const shows = [
  { proxy: "shop/web", files: ["cds.json shop/redis/redis", "sds/identity.json", "sds/roots.json"] },
  { proxy: "shop/redis", files: ["lds.json inbound-redis transport_socket"] },
];
