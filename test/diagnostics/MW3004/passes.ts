import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio"],
  services: { web: { ports: { http: http(80) } } },
  routes: { web: { all: { retries: { statuses: [503] } } } },
});
