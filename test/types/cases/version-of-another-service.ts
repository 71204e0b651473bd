import { defineMesh, http, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1"] },
  },
  routes: {
    web: {
      // The versions of another service are not part of the type: one for each service would be quadratic.
      // code: MW2210 routes.web.older.to
      older: { when: path("/older").andBelow(), to: toService("reviews", { v2: 1 }) },
    },
  },
});
