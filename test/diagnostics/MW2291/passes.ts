import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) } } },
  externals: {
    payments: { host: "pay.example.com", ports: { https: http(443), admin: http(8443) } },
  },
});
