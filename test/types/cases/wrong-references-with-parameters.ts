import { defineMesh, http } from "meshwright";

export default defineMesh(
  { parameters: { beta: "1" }, environments: { dev: { beta: "2" }, prod: {} } },
  ({ beta }) => ({
    name: "shop",
    targets: ["envoy"],
    services: {
      // error: Type '"reviewz"' is not assignable to type … Did you mean '"reviews"'?
      // code: MW2100 services.web.calls[0]
      web: { ports: { http: http(80) }, calls: ["reviewz"] },
      reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
    },
    routes: {
      reviews: {
        // error: Type '"v3"' is not assignable to type '"v1" | "v2" |
        // code: MW2210 routes.reviews.beta.to
        beta: { when: { kind: "header-exact", name: "x-beta", value: beta }, to: "v3" },
      },
    },
  }),
);
