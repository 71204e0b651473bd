/** Charts on this machine whose digests are the locked ones: the only charts that are installed. */
import type { IstioChart } from "../engines/istio/versions.ts";

export interface VerifiedCharts {
  /** Of a release of the catalogue. */
  readonly release: string;
  /** Where each chart lies: a package or a folder. */
  readonly paths: Readonly<Record<IstioChart, string>>;
  /** Digests of images by name and tag, as far as they were locked. */
  readonly images: Readonly<Record<string, string>>;
}
