import { defineMesh } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: {} } },
});

export const at = "services.web.ports";
