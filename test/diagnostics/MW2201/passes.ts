import { defineMesh, header, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      beta: { when: header("x-beta").is("1"), to: "v2", priority: 1 },
      internal: { when: header("x-team").is("shop"), to: "v1" },
    },
  },
});
