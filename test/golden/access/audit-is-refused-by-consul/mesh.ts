/** An intention is always enforced: whoever counts on an audit there would refuse callers instead. */
import { defineMesh, http } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["consul", "envoy"],
  services: { web: { ports: { http: http(80) } } },
  namespaces: {
    // @ts-expect-error consul cannot
    shop: { enforcement: "audit", until: "2027-01-31" },
  },
});
