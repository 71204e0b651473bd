/** Nobody asked for logs: server errors and refused requests are written, HTTP and TCP alike. */
import { defineMesh, http, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["redis"] },
    redis: { ports: { redis: tcp(6379) } },
  },
});

export const shows = [
  { proxy: "shop/web", files: ["lds.json inbound-http access_log"] },
  { proxy: "shop/redis", files: ["lds.json inbound-redis access_log"] },
];
