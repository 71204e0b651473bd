import { allow, defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    // error: Type '"htpp"' is not assignable to type '"http"'
    // code: MW2283 services.reviews.access.readOnly.port
    reviews: { ports: { http: http(9080) }, access: { readOnly: allow({ from: ["web"], port: "htpp" }) } },
  },
});
