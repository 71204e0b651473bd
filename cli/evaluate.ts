/**
 * The child that evaluates one mesh file (see `evaluation.ts`): imports it, builds the data of every environment, and hands that back
 * on descriptor 3. What is no plain data is reported here, where it still exists: it would not survive the way back.
 */
import { writeSync } from "node:fs";
import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { serialize } from "node:v8";
import { wrongName } from "../components/contract/codes.ts";
import { Cursor, Targets } from "../components/contract/cursor.ts";
import { requirePlain } from "../components/contract/read.ts";
import { type Diagnostic, diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding, Place } from "../components/diagnostics/finding.ts";
import { Report } from "../components/diagnostics/report.ts";
import type { Mesh } from "../components/model/mesh.ts";
import { isKey } from "../components/values/name.ts";
import { meshThrew, noEnvironment, noMesh, notAModule, notImported } from "./codes.ts";
import type { EvaluatedEnvironment, Evaluation, ExportedProbes } from "./evaluation.ts";
import { explainThrown, isLoadError, readAsCommonJs } from "./thrown.ts";

const file = process.argv[2] ?? "";

async function evaluateFile(): Promise<Evaluation> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as Readonly<Record<string, unknown>>;
    return readModule(module);
  } catch (error) {
    return failed(notLoaded(error));
  }
}

function readModule(module: Readonly<Record<string, unknown>>): Evaluation {
  const exported = module.default;
  const probes = plainProbes(module.probes);
  if (isMesh(exported)) {
    if (exported.environments.length === 0) return failed(finding(diagnose(noEnvironment, {}, { path: [] })));
    const unnamed = exported.environments.filter((name) => !isKey(name));
    if (unnamed.length > 0) return failed(...unnamed.map(environmentName));
    return {
      kind: "evaluated",
      environments: exported.environments.map((name) => atEnvironment(exported, name)),
      probes,
    };
  }
  if (typeof exported !== "object" || exported === null || Array.isArray(exported)) {
    const candidate = Object.keys(module).find((name) => name !== "default" && isMesh(module[name])) ?? "";
    return failed(finding(diagnose(noMesh, { found: nameOf(module), candidate }, { path: [] })));
  }
  return { kind: "evaluated", environments: [plainData("default", exported)], probes };
}

const isMesh = (value: unknown): value is Mesh =>
  typeof value === "object" &&
  value !== null &&
  "kind" in value &&
  value.kind === "meshwright" &&
  "environments" in value &&
  Array.isArray(value.environments) &&
  value.environments.every((name) => typeof name === "string") &&
  "at" in value &&
  typeof value.at === "function";

function nameOf(module: Readonly<Record<string, unknown>>): string {
  if (!Object.hasOwn(module, "default")) return "none";
  const exported = module.default;
  return Array.isArray(exported) ? "a list" : exported === null ? "null" : `a ${typeof exported}`;
}

const environmentName = (name: string): Finding =>
  finding(
    diagnose(
      wrongName,
      { rule: "letters, digits and dashes, at most 63, beginning and ending with a letter or digit" },
      { path: ["environments", name], got: name },
    ),
  );

function atEnvironment(mesh: Mesh, name: string): EvaluatedEnvironment {
  try {
    return plainData(name, mesh.at(name));
  } catch (error) {
    return { name, findings: [threw(error)] };
  }
}

function plainData(name: string, spec: unknown): EvaluatedEnvironment {
  const report = new Report();
  if (requirePlain(spec, Cursor.root(report, new Targets([])))) return { name, spec };
  return { name, findings: report.sorted() };
}

/** Whoever sends the probes checks their shape; here they only must survive the way. */
function plainProbes(value: unknown): ExportedProbes {
  const report = new Report();
  return requirePlain(value, Cursor.root(report, new Targets([])).at("probes"))
    ? { value }
    : { findings: report.sorted() };
}

// --- what went wrong -----------------------------------------------------------------------------------------------

const failed = (...findings: readonly Finding[]): Evaluation => ({ kind: "failed", findings });

const finding = (diagnostic: Diagnostic, place: Place = { file }): Finding => ({ ...diagnostic, place });

function threw(error: unknown): Finding {
  const { message, place } = explainThrown(error, file);
  return finding(diagnose(meshThrew, { message }, { path: [] }), place);
}

function notLoaded(error: unknown): Finding {
  const commonJs = readAsCommonJs(error);
  if (commonJs !== undefined)
    return finding(diagnose(notAModule, { ...commonJs }, { path: [] }), { file: commonJs.file });
  if (!isLoadError(error)) return threw(error);
  const { message, missing, place } = explainThrown(error, file);
  return finding(diagnose(notImported, { message, missing }, { path: [] }), place);
}

/** Node's own words on what MW5017 explains. Other warnings are the file's, and shown. */
function withoutLoaderWarning(): void {
  const shown = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (!warning.message.startsWith("Failed to load the ES module")) for (const show of shown) show(warning);
  });
}

/** Ends the process at once: timers and sockets of the file must not keep it alive. */
function answer(evaluation: Evaluation): never {
  const bytes = serialize(evaluation);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(3, bytes, sent);
  process.exit(0);
}

// A rejection that nobody awaits, or an error of a timer, ends the evaluation like any other error of the file.
process.on("uncaughtException", (error) => answer(failed(threw(error))));
withoutLoaderWarning();
const evaluation = await evaluateFile();
// What was rejected meanwhile is told of only when nothing else is left to do at once.
await setImmediate();
answer(evaluation);
