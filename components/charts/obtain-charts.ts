/** The charts of a release, fetched where they are not here yet, each compared with its locked digest. */
import { relative, resolve, sep } from "node:path";
import { chartDigestDiffers, chartsNotLocked, chartUnavailable } from "../deployment/codes.ts";
import type { Lock } from "../deployment/lock.ts";
import type { Release } from "../deployment/release.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { type IstioChart, istioCharts } from "../engines/istio/versions.ts";
import { chartDigest } from "./chart-digest.ts";
import { type ChartPlace, findChart, placeName } from "./find-chart.ts";
import type { VerifiedCharts } from "./verified-charts.ts";

export type ObtainedCharts =
  | { readonly kind: "verified"; readonly charts: VerifiedCharts }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

const AT = { path: ["charts"] } as const;

export async function obtainCharts(release: Release, lock: Lock, place: ChartPlace): Promise<ObtainedCharts> {
  const found = await Promise.all(istioCharts.map((chart) => obtainChart(release, lock, place, chart)));
  const diagnostics = found.filter((one) => typeof one !== "string");
  if (diagnostics.length > 0) return { kind: "refused", diagnostics };
  const paths = Object.fromEntries(istioCharts.map((chart, index) => [chart, found[index]]));
  const images = lock.releases[release.name]?.images ?? {};
  return {
    kind: "verified",
    charts: { release: release.name, paths: paths as Readonly<Record<IstioChart, string>>, images },
  };
}

/** Its path, or why it is not installed. */
async function obtainChart(
  release: Release,
  lock: Lock,
  place: ChartPlace,
  chart: IstioChart,
): Promise<string | Diagnostic> {
  const locked = lock.releases[release.name]?.charts[chart];
  if (locked?.version !== release.istio.charts[chart])
    return diagnose(chartsNotLocked, { charts: [chart], release: release.name }, AT);
  try {
    const path = await findChart(place, release.istio, chart);
    const digest = await chartDigest(path);
    if (digest === locked.digest) return fromHere(path);
    return diagnose(chartDigestDiffers, { chart, locked: locked.digest, found: digest }, AT);
  } catch (error) {
    const args = { chart, place: placeName(place.source, release.istio), message: (error as Error).message };
    return diagnose(chartUnavailable, args, AT);
  }
}

/** Relative, so that two machines give the same preview; beginning with a dot, so that Helm takes it for no name. */
const fromHere = (path: string): string => `.${sep}${relative(process.cwd(), resolve(path))}`;
