/** `mesh preflight`: mesh, stack and charts first; only what is right itself is asked of a cluster, or of what an earlier one saved. */
import { readFileSync, writeFileSync } from "node:fs";
import { placeIn } from "../components/charts/find-chart.ts";
import { obtainCharts } from "../components/charts/obtain-charts.ts";
import type { VerifiedCharts } from "../components/charts/verified-charts.ts";
import { findRelease } from "../components/deployment/check-release.ts";
import { checkStack } from "../components/deployment/check-stack.ts";
import { chartsNotLocked } from "../components/deployment/codes.ts";
import type { Release } from "../components/deployment/release.ts";
import { type Diagnostic, diagnose } from "../components/diagnostics/diagnostic.ts";
import { type Finding, sortFindings } from "../components/diagnostics/finding.ts";
import { printable } from "../components/diagnostics/format.ts";
import { hasErrors } from "../components/diagnostics/report.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { Progress } from "../components/local/progress.ts";
import { checkEngine, istioObjects } from "../components/passes/render.ts";
import { checkCluster } from "../components/preflight/check-cluster.ts";
import { type Checked, checkedIn } from "../components/preflight/checked.ts";
import { kubeconfigUnusable } from "../components/preflight/codes.ts";
import { type Deployment, ownObjects } from "../components/preflight/deployment.ts";
import { questionsOf } from "../components/preflight/questions.ts";
import { readSnapshot } from "../components/preflight/read-snapshot.ts";
import type { ClusterSnapshot } from "../components/preflight/snapshot.ts";
import { releaseCatalogue } from "../stacks/releases/catalogue.ts";
import { fileMissing, notWritten } from "./codes.ts";
import { type CompiledFile, compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { nearestFile } from "./load.ts";
import { sizeFindings } from "./object-sizes.ts";
import { readJson } from "./read-json.ts";
import { printFindings, printJson, summary } from "./report.ts";
import { findStackFile, type StackFile } from "./stack-file.ts";

export interface PreflightOptions {
  readonly stack?: string | undefined;
  readonly environment: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly save?: string | undefined;
  readonly snapshot?: string | undefined;
  readonly json: boolean;
}

/** What was looked at, as far as it went. */
interface Outcome {
  readonly findings: readonly Finding[];
  readonly checked: readonly Checked[];
  /** Whether it went as far as to the cluster. */
  readonly asked: boolean;
  readonly exitCode: ExitCode;
}

export async function preflight(file: string, options: PreflightOptions): Promise<ExitCode> {
  const stack = findStackFile(options.stack, options.environment);
  const { findings, checked, asked, exitCode } =
    stack.kind === "failed"
      ? { findings: stack.findings, checked: [], asked: false, exitCode: stack.exitCode }
      : await checkWith(file, stack, options);
  const environments = stack.kind === "read" ? [stack.settings.environment] : [];
  const outcome = { command: "preflight", file, environments, findings: sortFindings(findings), exitCode };
  if (options.json) printJson(outcome, { checked: checked.map((one) => ({ ...one })) });
  else {
    printFindings(outcome.findings, process.stdout);
    for (const { label, text } of checked) process.stdout.write(`${label.padEnd(9)}${printable(text)}\n`);
    process.stdout.write(`${summary(findings, file, environments)}${asked ? "" : "; the cluster was not asked"}\n`);
  }
  return exitCode;
}

async function checkWith(file: string, stack: StackFile, options: PreflightOptions): Promise<Outcome> {
  const compiled = await compileFile(file, { environment: stack.settings.environment });
  const ir = compiled.environments[0]?.ir;
  const own = [...compiled.findings, ...sizeFindings(compiled), ...stackFindings(stack, ir)];
  // Of a mesh with errors nobody knows what it would write.
  if (ir === undefined || compiled.exitCode !== exitCodes.ok)
    return { findings: own, checked: [], asked: false, exitCode: compiled.exitCode };
  const progress = new Progress((text) => void process.stderr.write(text));
  progress.show("preflight: charts");
  const charts = await checkCharts(stack, own);
  progress.show("preflight: the cluster");
  const deployment = deploymentOf(stack, ir);
  const seen = await see(deployment, options);
  progress.clear();
  const place = placeWith(stack, compiled);
  const before = [...own, ...charts.findings];
  if (seen.kind === "failed")
    return {
      findings: [...before, ...seen.findings.map(place)],
      checked: charts.checked,
      asked: true,
      exitCode: seen.exitCode,
    };
  const findings = [...before, ...checkCluster(seen.snapshot, deployment).map(place)];
  return {
    findings,
    checked: [...charts.checked, ...checkedIn(seen.snapshot, deployment)],
    asked: true,
    exitCode: hasErrors(findings) ? exitCodes.errors : exitCodes.ok,
  };
}

function stackFindings({ settings, lock, place }: StackFile, mesh: MeshIr | undefined): readonly Finding[] {
  const engine = mesh === undefined ? [] : checkEngine(mesh, "istio");
  return [...checkStack({ settings, catalogue: releaseCatalogue, lock, mesh }).map(place), ...engine];
}

const deploymentOf = ({ settings }: StackFile, mesh: MeshIr): Deployment => ({
  settings,
  release: releaseOf(settings),
  mesh,
  objects: ownObjects(istioObjects(mesh), settings),
});

/** None where the control plane is somebody else's; one that is in no catalogue `checkStack` has refused. */
function releaseOf({ controlPlane }: StackFile["settings"]): Release | undefined {
  if (controlPlane.kind === "existing") return undefined;
  const found = findRelease(releaseCatalogue, controlPlane.release);
  return "istio" in found ? found : undefined;
}

/** Charts that nobody has locked have been refused already. */
async function checkCharts({ settings, lock, project, place }: StackFile, found: readonly Finding[]) {
  const release = releaseOf(settings);
  if (release === undefined || found.some(({ code }) => code === chartsNotLocked.id))
    return { findings: [], checked: [] };
  const obtained = await obtainCharts(release, lock, placeIn(project, settings.charts));
  return obtained.kind === "verified"
    ? { findings: [], checked: [chartsChecked(obtained.charts)] }
    : { findings: obtained.diagnostics.map(place), checked: [] };
}

const chartsChecked = ({ paths }: VerifiedCharts): Checked => ({
  label: "charts",
  text: `${Object.keys(paths).length}, all with their locked digests`,
});

/** What is about the mesh stands in its file, everything else in the stack's. */
const placeWith =
  ({ place }: StackFile, { placeOf }: CompiledFile) =>
  (finding: Finding): Finding => {
    if (finding.place !== undefined || finding.path.length === 0) return finding;
    const isOfMesh = MESH_KEYS.includes(String(finding.path[0]));
    return isOfMesh ? { ...finding, place: placeOf(finding.path) } : place(finding);
  };

const MESH_KEYS: readonly string[] = ["services", "gateways", "external"];

// --- seeing the cluster --------------------------------------------------------------------------------------------

type Seen =
  | { readonly kind: "seen"; readonly snapshot: ClusterSnapshot }
  | { readonly kind: "failed"; readonly findings: readonly Finding[]; readonly exitCode: ExitCode };

async function see(deployment: Deployment, options: PreflightOptions): Promise<Seen> {
  if (options.snapshot !== undefined) return load(options.snapshot);
  const { connect } = await import("../components/cluster/kubernetes-api.ts");
  const { takeSnapshot } = await import("../components/cluster/take-snapshot.ts");
  const { kubeconfig, context = deployment.settings.cluster.context } = options;
  const connection = await connect({ kubeconfig, context });
  // What the command line says is no mistake of the stack file.
  if (connection.kind === "refused")
    return refused(options.context === undefined ? connection.diagnostic : { ...connection.diagnostic, path: [] });
  const taken = await takeSnapshot(connection.api, questionsOf(deployment));
  await connection.api.close();
  if (taken.kind === "refused") return refused(taken.diagnostic);
  return options.save === undefined ? { kind: "seen", snapshot: taken.snapshot } : save(options.save, taken.snapshot);
}

const refused = (diagnostic: Diagnostic): Seen => ({
  kind: "failed",
  findings: [diagnostic],
  exitCode: diagnostic.code === kubeconfigUnusable.id ? exitCodes.usage : exitCodes.errors,
});

const unusable = (...findings: readonly Finding[]): Seen => ({ kind: "failed", findings, exitCode: exitCodes.usage });

function save(path: string, snapshot: ClusterSnapshot): Seen {
  try {
    writeFileSync(path, `${JSON.stringify(snapshot, undefined, 2)}\n`);
    return { kind: "seen", snapshot };
  } catch (error) {
    return unusable(diagnose(notWritten, { message: (error as Error).message }, { path: [] }));
  }
}

function load(path: string): Seen {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return unusable(
      diagnose(fileMissing, { file: path, nearest: nearestFile(path) ?? "", holds: "snapshot" }, { path: [] }),
    );
  }
  const read = readJson(text, path);
  if (read.kind === "failed") return unusable(...read.findings);
  const { snapshot, diagnostics } = readSnapshot(read.data);
  if (snapshot !== undefined) return { kind: "seen", snapshot };
  return unusable(...diagnostics.map((one) => ({ ...one, place: { file: path, ...read.locate(one.path) } })));
}
