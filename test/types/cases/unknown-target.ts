import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  // error: Type '"istio@1.29"' is not assignable to type 'Target'. Did you mean '"istio@1.30"'?
  // code: MW1010 targets[0]
  targets: ["istio@1.29", "envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});
