import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  // error: Source has 0 element(s) but target requires 1
  // code: MW1001 targets
  targets: [],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});
