/** Nobody accepted the loss, and one that is accepted is none. */
import { defineMesh, http, lossy, percent, seconds } from "meshwright";

export default defineMesh({
  name: "shop",
  targets: ["istio", "linkerd"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews"] },
    reviews: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      experiment: {
        fault: {
          // @ts-expect-error the compiler says it, too
          abort: { status: 503, percent: percent(5) },
          // @ts-expect-error the compiler says it, too
          delay: lossy({ linkerd: "dev only", istio: "istio can do it" }, { for: seconds(1) }),
        },
      },
    },
  },
});
