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
      // @ts-expect-error: the compiler refuses it, too
      beta: { when: header("x-beta").is("1"), to: "v3" },
    },
  },
});

export const at = "routes.reviews.beta.to";
