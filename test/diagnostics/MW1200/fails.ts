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
      lists: { when: [path("/hot").exactly(), path("/new").exactly()], timeout: seconds(1) },
    },
  },
});

export const at = "routes.reviews.lists.when";
