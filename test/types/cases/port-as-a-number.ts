import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: Type 'number' is not assignable to type 'PortOf<"envoy">'
    // code: MW1001 services.web.ports.http
    web: { ports: { http: 8080 }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});
