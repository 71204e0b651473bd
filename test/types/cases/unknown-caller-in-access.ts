import { allow, defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    // error: Type '"wep"' is not assignable to type
    // code: MW2280 services.reviews.access.readOnly.from[0]
    reviews: { ports: { http: http(9080) }, access: { readOnly: allow({ from: ["wep"], methods: ["GET"] }) } },
  },
});
