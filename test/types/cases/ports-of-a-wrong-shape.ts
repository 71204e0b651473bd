import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: Type 'number' is not assignable to type 'PortsByName'
    // code: MW1001 services.web.ports
    web: { ports: 8080, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});
