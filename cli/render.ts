/** `mesh render`: what an engine reads, per environment: the files of every proxy, or objects of Kubernetes. All or nothing: a mesh with an error writes no file. */
import { join } from "node:path";
import { checkOwner } from "../components/deployment/check-owner.ts";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import { type Finding, mergeEnvironments, sortFindings } from "../components/diagnostics/finding.ts";
import { hasErrors } from "../components/diagnostics/report.ts";
import { stablePlacement } from "../components/engines/envoy/placement.ts";
import {
  type EngineId,
  engineIds,
  isRendered,
  type RenderedEngine,
  renderedEngines,
} from "../components/engines/releases.ts";
import type { MeshIr } from "../components/ir/mesh-ir.ts";
import { isOwnedBy } from "../components/ir/owners.ts";
import { engineNotRendered } from "../components/passes/codes.ts";
import { checkEngine, envoyRenderer, istioObjects } from "../components/passes/render.ts";
import { nearest } from "../components/values/name.ts";
import { folderNotEmpty, foreignFile, notWritten, unknownEngine } from "./codes.ts";
import { type CompiledFile, compileFile } from "./compile-file.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { foreignFiles } from "./foreign-files.ts";
import { writeObjects } from "./object-files.ts";
import { sizeFindings } from "./object-sizes.ts";
import { writeProxies } from "./proxy-folders.ts";
import { printFindings, printJson, summary } from "./report.ts";
import { isEmptyFolder, replaceFolder, type Written } from "./written-folder.ts";

export interface RenderOptions {
  readonly environment: string | undefined;
  readonly engine: string;
  readonly out: string;
  /** Just what the stack with this owner registers. */
  readonly owner?: string | undefined;
  /** Replaces what an earlier render wrote; nothing else is ever touched. */
  readonly force: boolean;
  readonly json: boolean;
}

interface RenderedEnvironment extends Written {
  readonly name: string;
  readonly folder: string;
}

export async function render(file: string, options: RenderOptions): Promise<ExitCode> {
  const engine = engineIds.find((id) => id === options.engine);
  if (engine === undefined) return finish(file, options, [unknown(options.engine)], exitCodes.usage);
  const compiled = await compileFile(file, { environment: options.environment });
  const sizes = engine === "istio" ? sizeFindings(compiled) : [];
  const findings = sortFindings([...compiled.findings, ...meshFindings(compiled, engine, options.owner), ...sizes]);
  if (compiled.exitCode !== exitCodes.ok) return finish(file, options, findings, compiled.exitCode);
  if (hasErrors(findings) || !isRendered(engine)) return finish(file, options, findings, exitCodes.errors);
  const places = compiled.environments.map(({ name, ir }) => ({ name, ir, folder: join(options.out, name, engine) }));
  try {
    const refused = places.flatMap(({ folder }) => occupied(folder, engine, options.force));
    if (refused.length > 0) return finish(file, options, [...findings, ...refused], exitCodes.usage);
    const written = places.map(({ name, ir, folder }) => ({
      name,
      folder,
      ...write(engine, ir as MeshIr, folder, options.owner),
    }));
    return finish(file, options, findings, exitCodes.ok, written);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return finish(
      file,
      options,
      [...findings, diagnose(notWritten, { message: error.message }, { path: [] })],
      exitCodes.usage,
    );
  }
}

/** What is there would be lost. */
function occupied(folder: string, engine: RenderedEngine, force: boolean): readonly Finding[] {
  if (isEmptyFolder(folder)) return [];
  if (!force) return [diagnose(folderNotEmpty, { folder }, { path: [] })];
  const files = foreignFiles(folder, engine);
  return files.length === 0 ? [] : [diagnose(foreignFile, { folder, files }, { path: [] })];
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && "syscall" in error;

const unknown = (name: string): Finding =>
  diagnose(
    unknownEngine,
    { name, nearest: nearest(name, renderedEngines) ?? "", known: renderedEngines },
    { path: [] },
  );

function meshFindings(
  { file, environments }: CompiledFile,
  engine: EngineId,
  owner: string | undefined,
): readonly Finding[] {
  // To make it a target first would lead nowhere.
  const path = ["targets"];
  const canRender = (ir: MeshIr) =>
    isRendered(engine)
      ? checkEngine(ir, engine)
      : [diagnose(engineNotRendered, { engine, rendered: renderedEngines }, { path, engine })];
  const check = (ir: MeshIr) => [...canRender(ir), ...checkOwner(ir, owner)];
  const found = environments.map(({ name, ir }) => [name, ir === undefined ? [] : check(ir)] as const);
  return mergeEnvironments(new Map(found)).map((finding) => ({ ...finding, place: { file } }));
}

type Writer = (ir: MeshIr, folder: string, owner: string | undefined) => Written;

const writers: { readonly [E in RenderedEngine]: Writer } = {
  istio: (ir, folder, owner) => writeObjects(istioObjects(ir).filter(isOwnedBy(owner)), folder),
  envoy: (ir, folder) => writeProxies(envoyRenderer(stablePlacement()).render(ir), ir, folder),
};

const write = (engine: RenderedEngine, ir: MeshIr, folder: string, owner: string | undefined): Written =>
  replaceFolder(folder, (staging) => writers[engine](ir, staging, owner));

function finish(
  file: string,
  { json, out, engine }: RenderOptions,
  findings: readonly Finding[],
  exitCode: ExitCode,
  written: readonly RenderedEnvironment[] = [],
): ExitCode {
  const environments = written.map(({ name }) => name);
  const outcome = { command: "render", file, environments, findings, exitCode };
  if (json) printJson(outcome, { engine, out, rendered: written.map((one) => ({ ...one })) });
  else {
    printFindings(findings, process.stderr);
    if (exitCode !== exitCodes.ok) process.stderr.write(`${summary(findings, file, [])}; nothing was written\n`);
    for (const { folder, proxies, objects, files, bytes } of written)
      process.stdout.write(
        `${folder}: ${objects === undefined ? `${proxies} proxies` : `${objects} objects`}, ${files} files, ${bytes} bytes\n`,
      );
  }
  return exitCode;
}
