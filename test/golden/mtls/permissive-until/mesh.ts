/** One service accepts plaintext beside mutual TLS while its callers move; eleven days before the end, it is a warning. */
import { defineMesh, permissive, tcp } from "meshwright";

export const asOf = "2027-01-20";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd", "consul", "envoy"],
  accessLogs: { requests: "none" },
  services: {
    web: { ports: { tcp: tcp(80) }, calls: ["redis"] },
    redis: { ports: { redis: tcp(6379) }, mtls: permissive({ until: "2027-01-31" }) },
  },
});

export const shows = [{ proxy: "shop/redis", files: ["lds.json inbound-redis"] }];
