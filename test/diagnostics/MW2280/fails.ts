import { allow, defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    // @ts-expect-error: the compiler refuses it, too
    reviews: { ports: { http: http(9080) }, access: { readOnly: allow({ from: ["wep"], methods: ["GET"] }) } },
  },
});

export const at = "services.reviews.access.readOnly.from[0]";
