/**
 * A mesh file → the IR of each environment that was asked for, with all that was found on the way: what every command begins with.
 */
import { unknownEnvironment } from "../components/deployment/codes.ts";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import { type Finding, mergeEnvironments, type Place, sortFindings } from "../components/diagnostics/finding.ts";
import { hasErrors } from "../components/diagnostics/report.ts";
import type { Target } from "../components/engines/releases.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { compile } from "../components/passes/compile.ts";
import type { CalendarDate } from "../components/values/calendar-date.ts";
import type { ModelPath } from "../components/values/model-path.ts";
import { nearest } from "../components/values/name.ts";
import { meshThrew } from "./codes.ts";
import type { EvaluatedEnvironment, ExportedProbes } from "./evaluation.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { type LoadedMesh, loadMesh } from "./load.ts";

export interface CompileFileOptions {
  /** Just this one. @default all */
  readonly environment?: string | undefined;
  /** Just the first one, where none is named. */
  readonly firstOnly?: boolean | undefined;
  /** There must be just one, where none is named. */
  readonly onlyOne?: boolean | undefined;
  readonly asOf?: CalendarDate | undefined;
  /** Engines to check against beside the targets of the mesh. */
  readonly further?: readonly Target[] | undefined;
}

export interface CompiledEnvironment {
  readonly name: string;
  /** As it was written, in plain data; absent where the file could not be read for it. */
  readonly spec?: unknown;
  /** Absent where its data cannot be read at all. */
  readonly ir: MeshIr | undefined;
  readonly found: readonly Finding[];
}

export interface CompiledFile {
  readonly file: string;
  /** Those that were asked for; empty where the file could not be read. */
  readonly environments: readonly CompiledEnvironment[];
  /** Those that the file names. */
  readonly known: readonly string[];
  readonly findings: readonly Finding[];
  readonly exitCode: ExitCode;
  readonly probes: ExportedProbes;
  /** The text of a place in the mesh, as far as it can be found. */
  placeOf(path: ModelPath): Place;
}

export async function compileFile(file: string, options: CompileFileOptions = {}): Promise<CompiledFile> {
  const loaded = await loadMesh(file);
  if (loaded.kind === "failed") return unreadable(file, loaded.findings);
  const chosen = choose(loaded, options);
  if (chosen === undefined) return unreadable(file, [unknown(loaded, options.environment ?? "")]);
  const environments = chosen.map((environment) => compileEnvironment(environment, options));
  const found = new Map(environments.map(({ name, found: own }) => [name, own]));
  const placed = mergeEnvironments(found).map((finding) => ({
    ...finding,
    place: finding.place ?? loaded.placeOf(finding.path),
  }));
  const findings = sortFindings(placed);
  return {
    file,
    environments,
    known: loaded.environments.map(({ name }) => name),
    findings,
    exitCode: exitCodeOf(findings),
    probes: loaded.probes,
    placeOf: loaded.placeOf,
  };
}

const unreadable = (file: string, findings: readonly Finding[]): CompiledFile => ({
  file,
  environments: [],
  known: [],
  findings,
  exitCode: exitCodes.usage,
  probes: { value: undefined },
  placeOf: () => ({ file }),
});

function choose({ environments }: LoadedMesh, { environment, firstOnly, onlyOne }: CompileFileOptions) {
  if (environment === undefined && onlyOne === true && environments.length > 1) return undefined;
  if (environment === undefined) return firstOnly === true ? environments.slice(0, 1) : environments;
  const named = environments.filter(({ name }) => name === environment);
  return named.length === 0 ? undefined : named;
}

function unknown({ file, environments }: LoadedMesh, name: string): Finding {
  const known = environments.map((environment) => environment.name);
  const args = { name, nearest: nearest(name, known) ?? "", known };
  return { ...diagnose(unknownEnvironment, args, { path: [] }), place: { file } };
}

function compileEnvironment(
  environment: EvaluatedEnvironment,
  { asOf, further }: CompileFileOptions,
): CompiledEnvironment {
  const { name } = environment;
  if (!("spec" in environment)) return { name, ir: undefined, found: environment.findings };
  const { ir, diagnostics } = compile(environment.spec, { environment: name, asOf, further });
  return { name, spec: environment.spec, ir, found: diagnostics };
}

/** A file that threw for an environment was not read for it. */
function exitCodeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ code }) => code === meshThrew.id)) return exitCodes.usage;
  return hasErrors(findings) ? exitCodes.errors : exitCodes.ok;
}
