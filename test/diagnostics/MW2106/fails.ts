import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    reviews: { ports: { http: http(9080) }, serviceAccount: "shop" },
    web: { ports: { http: http(80) }, serviceAccount: "shop" },
  },
});

export const at = "services.web";
