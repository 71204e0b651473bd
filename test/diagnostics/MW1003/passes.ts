import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { owner: "team-web", ports: { http: http(80) } } },
});
