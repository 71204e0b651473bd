import { defineMesh, http, seconds } from "meshwright";

export default defineMesh(
  {
    parameters: { wait: 2 },
    // error: Type 'string' is not assignable to type 'number'
    // code: MW1001 routes.reviews.default.timeout
    environments: { dev: { wait: "5s" }, prod: {} },
  },
  ({ wait }) => ({
    name: "shop",
    targets: ["envoy"],
    services: {
      web: { ports: { http: http(80) }, calls: ["reviews"] },
      reviews: { ports: { http: http(9080) } },
    },
    routes: { reviews: { default: { timeout: seconds(wait) } } },
  }),
);
