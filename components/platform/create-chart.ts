/** A chart of an engine as Pulumi resources: rendered by the provider, each of its objects in the preview. */
import { helm } from "@pulumi/kubernetes";
import type { VerifiedCharts } from "../charts/verified-charts.ts";
import type { ChartInstall } from "../engines/istio/install.ts";
import type { ChildOptions } from "./child-options.ts";

export interface ChartOptions extends ChildOptions {
  /** Do not wait for its objects. @default false */
  readonly skipAwait?: boolean;
}

export const createChart = (
  name: string,
  { id, chart, release, namespace, values }: ChartInstall,
  { paths }: VerifiedCharts,
  { skipAwait = false, ...options }: ChartOptions,
): helm.v4.Chart =>
  new helm.v4.Chart(`${name}/${id}`, { chart: paths[chart], name: release, namespace, values, skipAwait }, options);
