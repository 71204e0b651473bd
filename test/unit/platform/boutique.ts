/** The Online Boutique as components take it. */
import type { VerifiedCharts } from "../../../components/charts/verified-charts.ts";
import { type RenderedMesh, renderMesh } from "../../../components/platform/rendered-mesh.ts";
import mesh from "../../../stacks/meshes/online-boutique.ts";

export const boutique = (environment = "prod"): RenderedMesh => renderMesh(mesh, { environment });

/** Mocks render no chart, so nothing needs to be there. */
export const charts: VerifiedCharts = {
  release: "2026.11",
  paths: { base: "./base", cni: "./cni", istiod: "./istiod", gateway: "./gateway" },
  images: {},
};
