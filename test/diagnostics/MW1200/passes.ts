import { defineMesh, http, path, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      hot: { when: path("/hot").exactly(), timeout: seconds(1) },
      new: { when: path("/new").exactly(), timeout: seconds(1) },
    },
  },
});
