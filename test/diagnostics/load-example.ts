/**
 * The examples of a diagnostic code: `<code>/fails.ts` is the smallest mesh that has it, `<code>/passes.ts` the same mesh, corrected.
 * The documentation shows them, so both are written as a user would write them: a mesh as the default export. What the compiler
 * refuses, too, stands below a `@ts-expect-error`, so type-checking the tests proves that it does.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { compile, type Diagnostic, type EngineId, type Mesh } from "meshwright";
import { parse, parseAllDocuments } from "yaml";
import { readGatewayApi } from "../../components/import/gateway-api/mesh.ts";
import { checkObjectSizes } from "../../components/passes/object-sizes.ts";
import { checkEngine, istioObjects } from "../../components/passes/render.ts";
import type { CalendarDate } from "../../components/values/calendar-date.ts";
import { preflightOf, type WrittenPreflight } from "../unit/preflight/preflight-of.ts";

const FOLDER = new URL("./", import.meta.url);

export type Outcome = "fails" | "passes";

/** What an example's file exports beside its mesh. */
interface ExampleModule {
  readonly default: Mesh;
  /** Where the code is reported; only `fails.ts` has one. */
  readonly at?: string;
  /** The day on which dates are judged, as `--as-of` gives it. */
  readonly asOf?: CalendarDate;
  /** The engine that the mesh is rendered for, as `--engine` gives it. */
  readonly engine?: EngineId;
}

export interface Example extends Omit<ExampleModule, "default"> {
  readonly source: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The codes that have examples: a mesh each, objects of Gateway API where reading those finds it, a stack with
 * what was seen of its cluster where a preflight does, a session (run-session.ts) where a
 * command does, or a program (run-program.ts) where Pulumi runs it.
 */
export const exampleCodes = (kind: keyof typeof FILE): readonly string[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/${FILE[kind]}`, FOLDER)))
    .map(({ name }) => name)
    .sort();

const FILE = {
  mesh: "fails.ts",
  objects: "fails.yaml",
  cluster: "fails.cluster.yaml",
  session: "fails.session",
  program: "fails.program.ts",
};

export async function loadExample(code: string, outcome: Outcome): Promise<Example> {
  const url = new URL(`${code}/${outcome}.ts`, FOLDER);
  const { default: mesh, ...options } = (await import(url.href)) as ExampleModule;
  return { ...options, source: readFileSync(url, "utf8"), diagnostics: diagnosticsOf(mesh, options) };
}

/** Objects are read for clients of this host alone. */
const OBJECTS = { name: "shop", targets: ["envoy"], hosts: ["shop.example.com"] } as const;

export function loadObjects(code: string, outcome: Outcome): Example {
  const text = readFileSync(new URL(`${code}/${outcome}.yaml`, FOLDER), "utf8");
  const objects = parseAllDocuments(text).map((one): unknown => one.toJS());
  const at = /^# at: (.*)\n/.exec(text)?.[1];
  return {
    source: text.replace(/^# at: .*\n/, ""),
    diagnostics: readGatewayApi(objects, OBJECTS).diagnostics,
    ...(at && { at }),
  };
}

/** A stack, a mesh, and what was seen of a cluster. */
export function loadCluster(code: string, outcome: Outcome): Example {
  const text = readFileSync(new URL(`${code}/${outcome}.cluster.yaml`, FOLDER), "utf8");
  const at = /^# at: (.*)\n/.exec(text)?.[1];
  return {
    source: text.replace(/^# at: .*\n/, ""),
    diagnostics: preflightOf(parse(text) as WrittenPreflight),
    ...(at && { at }),
  };
}

function diagnosticsOf(mesh: Mesh, { asOf, engine }: Omit<ExampleModule, "default">): readonly Diagnostic[] {
  const { ir, diagnostics } = compile(mesh.at("default"), { asOf });
  if (ir === undefined || engine === undefined) return diagnostics;
  const sizes = engine === "istio" ? checkObjectSizes(ir, istioObjects(ir)) : [];
  return [...diagnostics, ...checkEngine(ir, engine), ...sizes];
}
