import { allow, defineMesh, http, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["cache"] },
    cache: {
      ports: { redis: tcp(6379) },
      access: { readOnly: allow({ from: ["web"], port: "redis", methods: ["GET"] }) },
    },
  },
});

export const at = "services.cache.access.readOnly";
