import { defineMesh, http, seconds } from "meshwright";

// error: 'wayt' does not exist in type '{ readonly wait?: number; }'
export default defineMesh({ parameters: { wait: 2 }, environments: { dev: { wayt: 5 }, prod: {} } }, ({ wait }) => ({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: { reviews: { default: { timeout: seconds(wait) } } },
}));
