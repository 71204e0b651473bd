/** What of Istio has a version: its charts, its images, the line that support tables speak of. */
import type { ReleaseOf } from "../releases.ts";

/** The official charts that make up Istio with sidecars, in the order in which they are installed. */
export const istioCharts = ["base", "cni", "istiod", "gateway"] as const;

export type IstioChart = (typeof istioCharts)[number];

/** The images of Istio with sidecars. */
export const istioImages = ["install-cni", "pilot", "proxyv2"] as const;

export type IstioImage = (typeof istioImages)[number];

export interface IstioRelease {
  readonly release: ReleaseOf<"istio">;
  readonly version: string;
  readonly source: string;
  /** The official repository of charts. */
  readonly repository: string;
  readonly charts: Readonly<Record<IstioChart, string>>;
  readonly images: IstioImages;
}

export interface IstioImages {
  readonly hub: string;
  readonly tag: string;
}

/** When a node asks the registry for an image: always, where it has none, or never. */
export const pullPolicies = ["Always", "IfNotPresent", "Never"] as const;

export type PullPolicy = (typeof pullPolicies)[number];

/** Revisions become names and labels, in which a dot has another meaning: `1-31-4`. */
export const revisionOf = (version: string): string => version.replaceAll(".", "-");
