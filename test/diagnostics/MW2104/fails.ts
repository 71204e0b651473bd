import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "reviews:http"] },
    reviews: { ports: { http: http(9080) } },
  },
});

export const at = "services.web.calls[1]";
