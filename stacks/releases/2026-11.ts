/** Release 2026.11. */
import type { Release } from "../../components/deployment/release.ts";

export const release202611: Release = {
  name: "2026.11",
  date: "2026-11-23",
  istio: {
    release: "1.31",
    version: "1.31.4",
    source: "istio.io/api v1.31.4, tagged with the release of 2026-10-21",
    repository: "https://istio-release.storage.googleapis.com/charts",
    charts: { base: "1.31.4", cni: "1.31.4", istiod: "1.31.4", gateway: "1.31.4" },
    images: { hub: "registry.istio.io/release", tag: "1.31.4" },
  },
  gatewayApi: { version: "1.5.1", channel: "standard" },
  kubernetes: {
    from: "1.32",
    to: "1.36",
    source: "istio 1.31 istioctl/pkg/install/k8sversion (at least 1.32); 1.36 is the newest that our tests have run on",
  },
  limits: ["TCPRoute of the Gateway API is ignored below its version 1.6; Meshwright renders TCP as VirtualService."],
};
