import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: Type '"reviewz"' is not assignable to type … Did you mean '"reviews"'?
    // code: MW2100 services.web.calls[0]
    web: { ports: { http: http(80) }, calls: ["reviewz"] },
    reviews: { ports: { http: http(9080) } },
  },
});
