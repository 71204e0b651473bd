import { defineMesh, deny, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) }, access: { noWrites: deny({ methods: ["DELETE"] }) } },
  },
});
