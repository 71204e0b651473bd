import { calledBy, defineMesh, http, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["linkerd"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      // error: required in type 'UnsupportedKind<"source", "linkerd: a route can be limited to a namespace, not to a caller">'
      // code: MW3000 routes.reviews.web.when
      web: { when: calledBy("web"), timeout: seconds(2) },
    },
  },
});
