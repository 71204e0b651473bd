import { defineMesh } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["envoy"],
  // @ts-expect-error: the compiler refuses it, too
  services: { web: { owner: "team-web" } },
});

export const at = "services.web.ports";
