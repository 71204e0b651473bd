import { defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // @ts-expect-error: the compiler refuses it, too
      all: { port: "htpp", timeout: seconds(2) },
    },
  },
});

export const at = "routes.reviews.all.port";
