import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  // @ts-expect-error: the compiler refuses it, too
  targets: ["enovy"],
  services: { web: { ports: { http: http(80) } } },
});

export const at = "targets[0]";
