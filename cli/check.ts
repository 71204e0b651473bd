/** `mesh check`: compiles every environment, adds TypeScript's findings, prints all of it. */
import { extname } from "node:path";
import { checkStack } from "../components/deployment/check-stack.ts";
import { type Finding, sortFindings } from "../components/diagnostics/finding.ts";
import { formatMarkdown } from "../components/diagnostics/markdown.ts";
import { hasErrors } from "../components/diagnostics/report.ts";
import { formatSarif } from "../components/diagnostics/sarif.ts";
import type { CalendarDate } from "../components/values/calendar-date.ts";
import { releaseCatalogue } from "../stacks/releases/catalogue.ts";
import { catalogue } from "./catalogue.ts";
import { type CompiledFile, compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { sizeFindings } from "./object-sizes.ts";
import { packageManifest } from "./package-manifest.ts";
import { probesOf } from "./probes.ts";
import { printFindings, printJson, summary } from "./report.ts";
import { type ReadStackFile, readNamedStack } from "./stack-file.ts";

export const checkFormats = ["text", "json", "sarif", "markdown"] as const;
export type CheckFormat = (typeof checkFormats)[number];

export interface CheckOptions {
  readonly environment: string | undefined;
  readonly asOf: CalendarDate;
  readonly format: CheckFormat;
  /** The stack file whose settings are checked with the mesh; its environment is the one. */
  readonly stack?: string | undefined;
  /** The release that the stack deployed last. */
  readonly deployed?: string | undefined;
}

export async function check(file: string, options: CheckOptions): Promise<ExitCode> {
  const { asOf, format, stack: stackPath, deployed } = options;
  const stack = stackPath === undefined ? undefined : readNamedStack(stackPath, options.environment);
  const environment = stack?.kind === "read" ? stack.settings.environment : options.environment;
  const compiled = await compileFile(file, { environment, asOf });
  const { findings: types, checked } = await typeFindings(file, compiled);
  const further = [...types, ...sizeFindings(compiled), ...stackFindings(stack, compiled, deployed)];
  const { findings: ofProbes } = probesOf(compiled);
  const findings = sortFindings([...compiled.findings, ...further, ...ofProbes]);
  const unread = stack?.kind === "failed" && stack.exitCode === exitCodes.usage;
  const exitCode = exitCodeOf(compiled, further, unread || hasErrors(ofProbes));
  const environments = compiled.environments.map(({ name }) => name);
  if (format === "json")
    printJson({ command: "check", file, environments, findings, exitCode }, { typesChecked: checked });
  else if (format === "sarif") process.stdout.write(formatSarif(catalogue, findings, packageManifest.version));
  else if (format === "markdown") process.stdout.write(formatMarkdown(catalogue, findings));
  else {
    printFindings(findings, process.stdout);
    const types =
      checked || !isTypeScript(file) || environments.length === 0 ? "" : "; types not checked: no TypeScript here";
    process.stdout.write(`${summary(findings, file, environments)}${types}\n`);
  }
  return exitCode;
}

/** Errors of the mesh come first. `unread`: something beside it is no input, a stack file or a probe. */
function exitCodeOf(compiled: CompiledFile, further: readonly Finding[], unread: boolean): ExitCode {
  if (compiled.exitCode !== exitCodes.ok) return compiled.exitCode;
  if (unread) return exitCodes.usage;
  return hasErrors(further) ? exitCodes.errors : exitCodes.ok;
}

function stackFindings(
  stack: ReadStackFile | undefined,
  { environments }: CompiledFile,
  deployed: string | undefined,
): readonly Finding[] {
  if (stack === undefined) return [];
  if (stack.kind === "failed") return stack.findings;
  const { settings, lock, place } = stack;
  const mesh = environments[0]?.ir;
  return checkStack({ settings, catalogue: releaseCatalogue, lock, mesh, deployed }).map(place);
}

const isTypeScript = (file: string): boolean => [".ts", ".mts"].includes(extname(file));

/** A mistake that the compiler of meshes explains at the same line is not told a second time in TypeScript's words. */
async function typeFindings(file: string, { environments, findings }: CompiledFile) {
  if (!isTypeScript(file) || environments.length === 0) return { checked: false, findings: [] };
  const { checkTypes } = await import("./type-check.ts");
  const result = checkTypes(file);
  if (result.kind === "no-typescript") return { checked: false, findings: [] };
  const explained = new Set(findings.filter(({ severity }) => severity === "error").map(lineOf));
  return { checked: true, findings: result.findings.filter((finding) => !explained.has(lineOf(finding))) };
}

const lineOf = ({ place }: Finding): string => `${place?.line} ${place?.file}`;
