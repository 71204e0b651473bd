/** What a case's mesh gives today: the text of each golden file by name. A file that is not named must not be there. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stablePlacement } from "../../components/engines/envoy/placement.ts";
import type { RenderedProxy } from "../../components/engines/envoy/render.ts";
import type { MeshObject } from "../../components/engines/kubernetes.ts";
import {
  type CompileOptions,
  catalogue,
  compile,
  type Diagnostic,
  formatText,
  hasErrors,
  type Mesh,
  type MeshIr,
} from "../../components/index.ts";
import { envoyRenderer, istioObjects } from "../../components/passes/render.ts";
import { excerpt, type Shown } from "./excerpt.ts";
import type { GoldenCase } from "./find-cases.ts";
import { shownObjects } from "./shown-objects.ts";

/** What a `mesh.ts` exports. */
interface CaseModule {
  readonly default: Mesh;
  readonly shows?: readonly Shown[];
  /** The day on which its dates are judged. */
  readonly asOf?: CompileOptions["asOf"];
}

/** A mesh with errors is never rendered: then `ir` and `proxies` are absent. */
export interface CompiledCase {
  readonly diagnostics: readonly Diagnostic[];
  readonly ir?: MeshIr;
  readonly proxies?: readonly RenderedProxy[];
  /** On Istio, whether or not it is a target. */
  readonly istio?: OnIstio;
  readonly shows: readonly Shown[];
}

type OnIstio = { readonly objects: readonly MeshObject[] } | { readonly refused: readonly Diagnostic[] };

export async function compileCase({ folder, id }: GoldenCase): Promise<CompiledCase> {
  const { default: mesh, shows = [], asOf } = (await import(moduleOf(folder))) as CaseModule;
  const [environment = ""] = mesh.environments;
  const { ir, diagnostics } = compile(mesh.at(environment), { environment, asOf });
  if (ir === undefined || hasErrors(diagnostics)) return { diagnostics, shows };
  if (shows.length === 0) throw new Error(`${id} compiles, and its mesh.ts does not say what it \`shows\``);
  const istio = onIstio(mesh.at(environment), ir, { environment, asOf });
  return { diagnostics, ir, proxies: envoyRenderer(stablePlacement()).render(ir), istio, shows };
}

function onIstio(spec: unknown, ir: MeshIr, options: CompileOptions): OnIstio {
  if (ir.targets.some((target) => target.startsWith("istio"))) return { objects: istioObjects(ir) };
  const further = compile(spec, { ...options, further: ["istio"] });
  const refused = further.diagnostics.filter(({ severity }) => severity === "error");
  return further.ir === undefined || refused.length > 0 ? { refused } : { objects: istioObjects(further.ir) };
}

const moduleOf = (folder: string): string => pathToFileURL(join(folder, "mesh.ts")).href;

export async function renderCase(golden: GoldenCase): Promise<ReadonlyMap<string, string>> {
  const { diagnostics, ir, proxies = [], istio, shows } = await compileCase(golden);
  const files = new Map<string, string>();
  if (diagnostics.length > 0) files.set("diagnostics.txt", formatText(catalogue, diagnostics));
  if (ir === undefined) return files;
  files.set("ir.json", `${JSON.stringify(ir, undefined, 2)}\n`);
  files.set("envoy.yaml", excerpt(proxies, shows));
  if (istio !== undefined)
    if ("objects" in istio) files.set("istio.yaml", shownObjects(golden.capability, istio.objects));
    else files.set("istio-diagnostics.txt", formatText(catalogue, istio.refused));
  return files;
}
