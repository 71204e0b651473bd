import { defineMesh, header, http, path } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  routes: {
    web: {
      api: { when: path("/api").andBelow(), timeout: "2s" },
      beta: { when: [path("/api/items").exactly(), header("x-beta").is("1")], timeout: "5s" },
    },
  },
});
