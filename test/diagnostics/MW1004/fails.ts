import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { Web_Shop: { ports: { http: http(80) } } },
});

export const at = "services.Web_Shop";
