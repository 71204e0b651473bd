import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] } },
});
