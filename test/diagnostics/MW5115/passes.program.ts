import { Provider } from "@pulumi/kubernetes";
import { ControlPlane, install, type Release, type VerifiedCharts } from "meshwright/pulumi";
import { releaseCatalogue } from "meshwright/releases";

const charts: VerifiedCharts = {
  release: "2026.11",
  paths: { base: "./charts/base", cni: "./charts/cni", istiod: "./charts/istiod", gateway: "./charts/gateway" },
  images: {},
};

export const program = () =>
  new ControlPlane(
    "istio",
    { plane: install({ release: releaseCatalogue["2026.11"] as Release, charts }), trustDomain: "shop.mesh" },
    { provider: new Provider("prod", { context: "prod" }) },
  );
