/** Release 2026.08. */
import type { Release } from "../../components/deployment/release.ts";

export const release202608: Release = {
  name: "2026.08",
  date: "2026-08-22",
  istio: {
    release: "1.30",
    version: "1.30.3",
    source: "istio.io, announcing 1.30.3 (2026-07-16)",
    repository: "https://istio-release.storage.googleapis.com/charts",
    charts: { base: "1.30.3", cni: "1.30.3", istiod: "1.30.3", gateway: "1.30.3" },
    images: { hub: "registry.istio.io/release", tag: "1.30.3" },
  },
  gatewayApi: { version: "1.5.1", channel: "standard" },
  kubernetes: {
    from: "1.32",
    to: "1.36",
    source: "IBM Cloud Kubernetes Service, cluster add-on versions: Istio 1.30 on 1.32 to 1.36, read 2026-11",
  },
  limits: ["A root that cert-manager or a file provides is not reloaded while istiod runs; fixed in Istio 1.31."],
};
