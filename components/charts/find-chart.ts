/** A chart of a release, wherever its stack says it comes from, as a path on this machine. Checks no digest. */
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChartSource } from "../deployment/settings.ts";
import type { IstioChart, IstioRelease } from "../engines/istio/versions.ts";
import { fetchChart } from "./fetch-chart.ts";

export interface ChartPlace {
  readonly source: ChartSource;
  /** Where fetched charts are kept; nothing else writes there. */
  readonly cache: string;
}

/** @throws with a reason that a user can read */
export async function findChart(
  { source, cache }: ChartPlace,
  istio: IstioRelease,
  chart: IstioChart,
): Promise<string> {
  const version = istio.charts[chart];
  if (source.kind === "folder") return inFolder(source.path, chart, version);
  const repository = repositoryOf(source, istio);
  const path = join(cache, encodeURIComponent(repository), `${chart}-${version}.tgz`);
  return (await isThere(path)) ? path : keep(path, await fetchChart(repository, chart, version));
}

/** What a message calls the place. */
export const placeName = (source: ChartSource, istio: IstioRelease): string =>
  source.kind === "folder" ? source.path : repositoryOf(source, istio);

const repositoryOf = (source: Exclude<ChartSource, { readonly kind: "folder" }>, istio: IstioRelease): string =>
  source.kind === "mirror" ? source.url : istio.repository;

/** `istiod-1.31.4.tgz`, as `helm pull` leaves it, or the folder `istiod`. */
async function inFolder(folder: string, chart: string, version: string): Promise<string> {
  const candidates = [join(folder, `${chart}-${version}.tgz`), join(folder, chart)];
  for (const path of candidates) if (await isThere(path)) return path;
  throw new Error(`there is neither ${chart}-${version}.tgz nor a folder ${chart}`);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** With one rename: whoever is ended halfway leaves no half of a chart. */
async function keep(path: string, bytes: Uint8Array): Promise<string> {
  await mkdir(join(path, ".."), { recursive: true });
  const staging = `${path}.${process.pid}`;
  await writeFile(staging, bytes);
  await rename(staging, path);
  return path;
}
