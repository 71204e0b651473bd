/** By default both families are kept, and not one series beside them; a service may switch off what nobody reads. */
import { defineMesh, http, tcp } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["redis"] },
    redis: { ports: { redis: tcp(6379) }, metrics: { requests: false } },
  },
});

export const shows = [
  { proxy: "shop/web", files: ["bootstrap.json stats_config", "lds.json metrics routes"] },
  { proxy: "shop/redis", files: ["bootstrap.json stats_config"] },
];
