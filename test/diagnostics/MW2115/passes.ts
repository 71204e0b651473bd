import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio"],
  services: {
    reviews: {
      ports: { http: http(9080) },
      versions: ["v1", "v2"],
      selectors: { v1: { app: "reviews", track: "stable" } },
    },
  },
});
