import { defineMesh, http, path, toService } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    web: {
      // @ts-expect-error: the compiler refuses it, too
      reviews: { when: path("/reviews").andBelow(), to: toService("reviewz") },
    },
  },
});

export const at = "routes.web.reviews.to";
