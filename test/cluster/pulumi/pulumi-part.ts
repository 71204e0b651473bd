/** What the tests of Pulumi need beside the other parts: its CLI, Helm, Istio's charts; and the script that puts them into the cache. */
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildProgram } from "../parts/build.ts";
import { partsFolder, programPath } from "../parts/cache.ts";
import { findGo, type Go } from "../parts/go.ts";
import { downloadModule } from "../parts/go-module.ts";
import { fileParts, type GoPart } from "../parts/versions.ts";

/** The newest that the module proxy serves. Without a version of its own the Automation API refuses it. */
const pulumi: GoPart = {
  name: "pulumi",
  module: "github.com/pulumi/pulumi/pkg/v3",
  version: "v3.259.0",
  folder: "cmd/pulumi",
  variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
};

/** The provider has Helm's library built in; its templates are the same. */
const helm: GoPart = { name: "helm", module: "helm.sh/helm/v4", version: "v4.3.1", folder: "cmd/helm" };

/** Where the module of Istio keeps each official chart. */
const CHARTS = { base: "base", cni: "istio-cni", istiod: "istio-control/istio-discovery", gateway: "gateway" };

export const PULUMI_PARTS = ["pulumi", "helm", "istio-charts"] as const;

export type PulumiParts = Readonly<Record<(typeof PULUMI_PARTS)[number], string>>;

/** Whether or not they are there. */
export const pulumiPlaces = (): PulumiParts => ({
  pulumi: programPath(partsFolder(), pulumi),
  helm: programPath(partsFolder(), helm),
  // A folder with a folder for each chart, as a stack without network has it.
  "istio-charts": join(partsFolder(), `istio-charts-${istioModule().version}`),
});

function istioModule(): { readonly module: string; readonly version: string } {
  const [crds] = fileParts.filter(({ name }) => name === "istio-crds");
  if (crds === undefined) throw new Error("no part is called istio-crds");
  return crds;
}

/** The module's charts call themselves 1.0.0, since the makers' release sets the version; here the test of a release does. */
async function copyCharts(go: Go, to: string): Promise<void> {
  if (existsSync(to)) return;
  await mkdir(dirname(to), { recursive: true });
  const staging = await mkdtemp(join(dirname(to), "making-"));
  const { Dir } = await downloadModule(go, istioModule(), staging);
  const made = join(staging, "made");
  for (const [name, folder] of Object.entries(CHARTS)) {
    await cp(join(Dir, "manifests/charts", folder), join(made, name), { recursive: true });
    const manifest = join(made, name, "Chart.yaml");
    const text = (await readFile(manifest, "utf8")).replaceAll("1.0.0", TESTED_AS);
    // Go keeps its modules read-only.
    await chmod(join(made, name), 0o755);
    await rm(manifest, { force: true });
    await writeFile(manifest, text);
  }
  await rename(made, to);
  await rm(staging, { recursive: true, force: true });
}

/** The version of the release whose installation is tested. */
const TESTED_AS = "1.31.4";

async function main(): Promise<void> {
  const go = await findGo(process.env);
  if (go === undefined) return console.log("pulumi, helm, charts: skipped: there is no Go toolchain on PATH");
  const attempt = async (name: string, make: () => Promise<unknown>) => {
    const problem = await make().then(
      () => undefined,
      (error: Error) => error.message,
    );
    console.log(problem === undefined ? `${name}: there` : `${name}: skipped: ${problem}`);
  };
  await attempt(`helm ${helm.version}`, () => buildProgram(go, helm, partsFolder()));
  await attempt("Istio's charts", () => copyCharts(go, pulumiPlaces()["istio-charts"]));
  await attempt(`pulumi ${pulumi.version}`, () => buildProgram(go, pulumi, partsFolder()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
