import { defineMesh, http, seconds } from "meshwright";

export default defineMesh({ parameters: { wait: 2 }, environments: { dev: { wait: 5 }, prod: {} } }, ({ wait }) => ({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
  },
  routes: {
    reviews: {
      // error: 'timeoutt' does not exist in type … Did you mean to write 'timeout'?
      // code: MW1002 routes.reviews.default.timeoutt
      default: { timeoutt: seconds(wait) },
    },
  },
}));
