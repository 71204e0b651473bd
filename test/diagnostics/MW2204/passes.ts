import { calledBy, defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    batch: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      forBatch: { when: calledBy("batch"), to: "v2" },
      default: { to: "v1" },
    },
  },
});
