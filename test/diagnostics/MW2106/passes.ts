import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    reviews: { ports: { http: http(9080) } },
    web: { ports: { http: http(80) } },
  },
});
