/** The charts of a release, wherever its stack says they come from, as paths on this machine. Checks no digest. */
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { chartUnavailable } from "../deployment/codes.ts";
import type { ChartSource } from "../deployment/settings.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { type IstioChart, type IstioRelease, istioCharts } from "../engines/istio/versions.ts";
import { makeFolder } from "../local/make-folder.ts";
import { fetchChart } from "./fetch-chart.ts";
import { findEach } from "./find-each.ts";

/** Below the project, and ignored: what a stack installs lies where its preview can name it. */
const CACHE = ".cache/charts";

/** Paths in a stack file are the project's, wherever a command was typed or a program runs. */
export const placeIn = (project: string, source: ChartSource): ChartPlace => ({
  source:
    source.kind === "folder" && !isAbsolute(source.path) ? { ...source, path: join(project, source.path) } : source,
  cache: join(project, CACHE),
});

export interface ChartPlace {
  readonly source: ChartSource;
  /** Where fetched charts are kept; nothing else writes there. */
  readonly cache: string;
}

export interface FoundChart {
  readonly name: IstioChart;
  readonly path: string;
}

export interface FoundCharts {
  readonly charts: readonly FoundChart[];
  /** Why others are not there, one for each reason. */
  readonly problems: readonly Diagnostic[];
}

export async function findCharts(place: ChartPlace, istio: IstioRelease): Promise<FoundCharts> {
  const { found, missing } = await findEach(istioCharts, async (name) => ({
    name,
    path: await findChart(place, istio, name),
  }));
  const where = placeName(place.source, istio);
  const problems = [...missing].map(([message, charts]) =>
    diagnose(chartUnavailable, { charts, place: where, message }, { path: ["charts"] }),
  );
  return { charts: found, problems };
}

async function findChart({ source, cache }: ChartPlace, istio: IstioRelease, chart: IstioChart): Promise<string> {
  const version = istio.charts[chart];
  if (source.kind === "folder") return inFolder(source.path, chart, version);
  const repository = repositoryOf(source, istio);
  const path = join(cache, encodeURIComponent(repository), `${chart}-${version}.tgz`);
  return (await isThere(path)) ? path : keep(path, await fetchChart(repository, chart, version));
}

/** What a message calls the place. */
const placeName = (source: ChartSource, istio: IstioRelease): string =>
  source.kind === "folder" ? source.path : repositoryOf(source, istio);

const repositoryOf = (source: Exclude<ChartSource, { readonly kind: "folder" }>, istio: IstioRelease): string =>
  source.kind === "mirror" ? source.url : istio.repository;

/** `istiod-1.31.4.tgz`, as `helm pull` leaves it, or the folder `istiod`. */
async function inFolder(folder: string, chart: string, version: string): Promise<string> {
  const packaged = join(folder, `${chart}-${version}.tgz`);
  if (await isThere(packaged)) return packaged;
  const unpacked = join(folder, chart);
  const manifest = join(unpacked, "Chart.yaml");
  if (!(await isThere(manifest))) throw new Error(`there is neither ${chart}-${version}.tgz nor ${chart}/Chart.yaml`);
  const found = (parse(await readFile(manifest, "utf8")) as { readonly version?: unknown } | null)?.version;
  if (found === version) return unpacked;
  throw new Error(`${chart}/Chart.yaml says version ${String(found)}, and the release has ${version}`);
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** With one rename: whoever is ended halfway leaves no half of a chart. */
async function keep(path: string, bytes: Uint8Array): Promise<string> {
  makeFolder(dirname(path));
  const staging = `${path}.${process.pid}`;
  await writeFile(staging, bytes);
  await rename(staging, path);
  return path;
}
