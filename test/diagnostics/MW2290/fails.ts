import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  externals: { reviews: { host: "reviews.example.com", ports: { https: http(443) } } },
});

export const at = "externals.reviews";
