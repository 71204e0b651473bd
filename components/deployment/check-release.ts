/** May this release be deployed: known, reachable from what is deployed, new enough for the mesh, fit for the cluster? */
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import { readTarget } from "../engines/releases.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import type { ModelPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { sortedBy } from "../values/order.ts";
import {
  chartsOfAnother,
  deployedUnknown,
  gatewayApiConflict,
  kubernetesOutside,
  releaseDowngraded,
  releaseSkipped,
  releaseTooOld,
  unknownRelease,
} from "./codes.ts";
import type { Release, ReleaseCatalogue } from "./release.ts";
import type { ClusterSettings } from "./settings.ts";
import { compareVersions, isWithin, minorOf, minorsBetween } from "./version.ts";

/** Where a stack names its release. */
const AT: ModelPath = ["controlPlane", "release"];

export function findRelease(catalogue: ReleaseCatalogue, name: string): Release | Diagnostic {
  const known = Object.keys(catalogue);
  if (Object.hasOwn(catalogue, name)) return catalogue[name] as Release;
  return diagnose(
    unknownRelease,
    { release: name, nearest: nearest(name, known) ?? "", known },
    { path: AT, got: name },
  );
}

/**
 * From what is deployed to what is asked for: never back, and at most one minor release of the engine at a time. What is deployed and not in
 * the catalogue is mostly newer than this checkout, and could be anything: neither can be told of it.
 */
export function checkStep(
  catalogue: ReleaseCatalogue,
  deployed: string | undefined,
  next: Release,
): readonly Diagnostic[] {
  if (deployed === undefined || deployed === next.name) return [];
  const at = { path: AT, got: next.name };
  if (!Object.hasOwn(catalogue, deployed))
    return [diagnose(deployedUnknown, { deployed, next: next.name, known: Object.keys(catalogue) }, at)];
  const before = catalogue[deployed] as Release;
  const [from, to] = [before.name, next.name];
  if (compareVersions(next.istio.version, before.istio.version) < 0)
    return [diagnose(releaseDowngraded, { from, to, allowed: stepsFrom(catalogue, before) }, at)];
  if (isOneStep(before, next)) return [];
  return [diagnose(releaseSkipped, { from, to, steps: way(catalogue, before, next) }, at)];
}

const isOneStep = (from: Release, to: Release): boolean => {
  const minors = minorsBetween(from.istio.version, to.istio.version);
  return minors === 0 || minors === 1;
};

const inOrder = (catalogue: ReleaseCatalogue): readonly Release[] =>
  sortedBy(Object.values(catalogue), ({ name }) => name);

/** The later releases that can be deployed next. */
const stepsFrom = (catalogue: ReleaseCatalogue, from: Release): readonly string[] =>
  inOrder(catalogue)
    .filter((release) => release.name > from.name && isOneStep(from, release))
    .map(({ name }) => name);

/** As few steps as possible: each time the latest release that is one step away. Empty where there is no way. */
function way(catalogue: ReleaseCatalogue, from: Release, to: Release): readonly string[] {
  const steps: string[] = [];
  let here = from;
  while (!isOneStep(here, to)) {
    const next = inOrder(catalogue)
      .filter((one) => isOneStep(here, one) && compareVersions(one.istio.version, here.istio.version) > 0)
      .filter((one) => compareVersions(one.istio.version, to.istio.version) < 0)
      .at(-1);
    if (next === undefined) return [];
    steps.push(next.name);
    here = next;
  }
  return [...steps, to.name];
}

/** Has the engine all that the mesh's targets promise? A target without a release covers the oldest one of the catalogue. */
export function checkEngineRelease(mesh: MeshIr, version: string, path: ModelPath): readonly Diagnostic[] {
  return mesh.targets.flatMap((target) => {
    const { engine, releases } = readTarget(target);
    const oldest = releases[0];
    if (engine !== "istio" || oldest === undefined || compareVersions(minorOf(version), oldest) >= 0) return [];
    return [diagnose(releaseTooOld, { release: oldest, version, target }, { path, got: version })];
  });
}

/** Charts are given beside the release, by whoever builds a control plane without a stack's settings. */
export const checkChartsOf = (release: Release, charts: { readonly release: string }): readonly Diagnostic[] =>
  charts.release === release.name
    ? []
    : [
        diagnose(
          chartsOfAnother,
          { release: release.name, charts: charts.release },
          { path: ["controlPlane", "charts"], got: charts.release },
        ),
      ];

export const checkKubernetes = (release: Release, { kubernetes }: ClusterSettings): readonly Diagnostic[] =>
  kubernetes === undefined || isWithin(kubernetes, release.kubernetes)
    ? []
    : [
        diagnose(
          kubernetesOutside,
          { version: kubernetes, release: release.name, from: release.kubernetes.from, to: release.kubernetes.to },
          { path: ["cluster", "kubernetes"], got: kubernetes },
        ),
      ];

/**
 * What each engine does with the Gateway API's CRDs; what it does not accept it ignores without a word.
 *
 * @source istio 1.31 pkg/config/schema/gatewayapi/minimumversions.go (TLSRoute from 1.5.0) · linkerd 2.20 features/gateway-api.md ·
 * consul 2.0.3 north-south/api-gateway/k8s/enable.mdx, read 2026-11
 */
const gatewayApiOf = {
  istio: { accepts: "from 1.5", test: (version: string) => compareVersions(version, "1.5.0") >= 0 },
  linkerd: {
    accepts: "1.2.1 to 1.5.1",
    test: (version: string) => compareVersions(version, "1.2.1") >= 0 && compareVersions(version, "1.5.1") <= 0,
  },
  consul: {
    accepts: "1.5",
    test: (version: string) => minorOf(version) === "1.5",
  },
} as const;

export function checkGatewayApi(
  version: string,
  engines: readonly ("istio" | "linkerd" | "consul")[],
): readonly Diagnostic[] {
  return engines
    .filter((engine) => !gatewayApiOf[engine].test(version))
    .map((engine) =>
      diagnose(
        gatewayApiConflict,
        { version, engine, accepts: gatewayApiOf[engine].accepts },
        { path: ["cluster", "gatewayApi"], got: version },
      ),
    );
}
