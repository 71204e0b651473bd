import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // error: 'call' does not exist in type … Did you mean to write 'calls'?
    // code: MW1002 services.web.call
    web: { ports: { http: http(80) }, call: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});
