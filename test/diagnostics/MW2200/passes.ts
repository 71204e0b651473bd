import { calledBy, defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      fromWeb: { when: calledBy("web"), timeout: seconds(2) },
    },
  },
});
