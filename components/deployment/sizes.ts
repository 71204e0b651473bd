/** What a size means: how many control planes, and what they and each sidecar ask for. Figures are starting points to measure from. */
import type { Resources } from "../engines/istio/install.ts";
import type { Size } from "./settings.ts";

export interface SizeFigures {
  readonly replicas: number;
  readonly controlPlane: Resources;
  readonly proxy: Resources;
}

const proxy: Resources = { cpu: "50m", memory: "64Mi", memoryLimit: "512Mi" };

export const sizes: Readonly<Record<Size, SizeFigures>> = {
  // A laptop or a shared test cluster: one control plane, which an update interrupts.
  small: { replicas: 1, controlPlane: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" }, proxy },
  // Two, so that nodes can be drained.
  standard: { replicas: 2, controlPlane: { cpu: "500m", memory: "2Gi", memoryLimit: "4Gi" }, proxy },
  large: {
    replicas: 3,
    controlPlane: { cpu: "2", memory: "4Gi", memoryLimit: "8Gi" },
    proxy: { cpu: "100m", memory: "128Mi", memoryLimit: "1Gi" },
  },
};
