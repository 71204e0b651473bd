import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    shop: { name: "web", ports: { http: http(80) } },
    web: { ports: { http: http(80) } },
  },
});

export const at = "services.web";
