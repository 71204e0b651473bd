import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: Property 'ports' is missing in type
    // code: MW1003 services.web.ports
    web: { calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});
