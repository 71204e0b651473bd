/** The charts of a release, fetched where they are not here yet, each compared with its locked digest. */
import { relative, resolve, sep } from "node:path";
import { chartsNotLocked, digestDiffers } from "../deployment/codes.ts";
import type { Lock } from "../deployment/lock.ts";
import type { Release } from "../deployment/release.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { IstioChart } from "../engines/istio/versions.ts";
import { chartDigest } from "./chart-digest.ts";
import { type ChartPlace, type FoundChart, findCharts } from "./find-chart.ts";
import type { VerifiedCharts } from "./verified-charts.ts";

export type ObtainedCharts =
  | { readonly kind: "verified"; readonly charts: VerifiedCharts }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

const AT = { path: ["charts"] } as const;

export async function obtainCharts(release: Release, lock: Lock, place: ChartPlace): Promise<ObtainedCharts> {
  const { charts, problems } = await findCharts(place, release.istio);
  const wrong = await Promise.all(charts.map((chart) => compare(chart, release, lock)));
  const diagnostics = [...problems, ...wrong.filter((one) => one !== undefined)];
  if (diagnostics.length > 0) return { kind: "refused", diagnostics };
  const paths = Object.fromEntries(charts.map(({ name, path }) => [name, fromHere(path)]));
  const images = lock.releases[release.name]?.images ?? {};
  return {
    kind: "verified",
    charts: { release: release.name, paths: paths as Readonly<Record<IstioChart, string>>, images },
  };
}

/** What is wrong with a chart that is there. */
async function compare({ name, path }: FoundChart, release: Release, lock: Lock): Promise<Diagnostic | undefined> {
  const locked = lock.releases[release.name]?.charts[name];
  if (locked?.version !== release.istio.charts[name])
    return diagnose(chartsNotLocked, { charts: [name], release: release.name }, AT);
  const digest = await chartDigest(path);
  if (digest === locked.digest) return undefined;
  return diagnose(digestDiffers, { kind: "chart", name, locked: locked.digest, found: digest }, AT);
}

/** Relative, so that two machines give the same preview; beginning with a dot, so that Helm takes it for no name. */
const fromHere = (path: string): string => `.${sep}${relative(process.cwd(), resolve(path))}`;
