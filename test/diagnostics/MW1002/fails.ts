import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  services: {
    // @ts-expect-error: the compiler refuses it, too
    web: { ports: { http: http(80) }, call: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
});

export const at = "services.web.call";
