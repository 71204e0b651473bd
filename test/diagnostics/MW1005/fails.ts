import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  // @ts-expect-error: the compiler refuses it, too
  services: { web: { ports: { http: http(80) }, owner: Promise.resolve("team-web") } },
});

export const at = "services.web.owner";
