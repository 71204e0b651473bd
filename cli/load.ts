/**
 * A mesh file → the plain data of each environment. Data is read, programs are evaluated in a process of their own.
 * Must not compile anything, and throws for nothing that a file can be.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { type Diagnostic, diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding, Place } from "../components/diagnostics/finding.ts";
import type { ModelPath } from "../components/values/model-path.ts";
import { nearest } from "../components/values/name.ts";
import { fileKind, fileMissing, fileTooLarge, fileUnreadable } from "./codes.ts";
import type { EvaluatedEnvironment, ExportedProbes } from "./evaluation.ts";
import type { Locate } from "./text-places.ts";

export interface LoadedMesh {
  readonly kind: "loaded";
  /** As the user names it. */
  readonly file: string;
  /** In the order in which the file names them; never empty. */
  readonly environments: readonly EvaluatedEnvironment[];
  readonly probes: ExportedProbes;
  /** The text of the place, as far as it can be found. */
  placeOf(path: ModelPath): Place;
}

export interface NotLoaded {
  readonly kind: "failed";
  readonly findings: readonly Finding[];
}

const LARGEST_MIB = 32;
const programs: readonly string[] = [".ts", ".mts", ".js", ".mjs"];
const data: readonly string[] = [".json", ".yaml", ".yml"];

export async function loadMesh(file: string): Promise<LoadedMesh | NotLoaded> {
  const problem = checkFile(file);
  if (problem !== undefined) return { kind: "failed", findings: [{ ...problem, place: { file } }] };
  return programs.includes(extname(file)) ? loadProgram(file) : loadData(file);
}

function checkFile(file: string): Diagnostic | undefined {
  const at = { path: [] };
  const stats = statOf(file);
  if (stats === undefined) return diagnose(fileMissing, { file, nearest: nearestFile(file) ?? "", holds: "mesh" }, at);
  if (typeof stats === "string") return diagnose(fileUnreadable, { message: stats }, at);
  if (!stats.isFile())
    return diagnose(fileUnreadable, { message: stats.isDirectory() ? "it is a folder" : "it is no regular file" }, at);
  const allowed = [...programs, ...data];
  if (!allowed.includes(extname(file))) return diagnose(fileKind, { allowed }, at);
  const size = stats.size / 1024 / 1024;
  if (size <= LARGEST_MIB) return undefined;
  return diagnose(fileTooLarge, { limit: `${LARGEST_MIB} MiB`, found: `${size.toFixed(1)} MiB` }, at);
}

/** Undefined: there is none. Text: why it cannot be looked at. */
function statOf(file: string) {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    return messageOf(error);
  }
}

/** Node's message names the system call and the whole path; the code before the colon and its words are enough. */
const messageOf = (error: unknown): string => (error as Error).message.replace(/, \w+( '.*')?$/s, "");

export function nearestFile(file: string): string | undefined {
  try {
    const readable = readdirSync(dirname(file)).filter((name) => [...programs, ...data].includes(extname(name)));
    const found = nearest(basename(file), readable);
    return found === undefined ? undefined : join(dirname(file), found);
  } catch {
    return undefined;
  }
}

async function loadProgram(file: string): Promise<LoadedMesh | NotLoaded> {
  const { evaluate } = await import("./evaluation.ts");
  const result = await evaluate(file);
  if (result.kind === "failed") return result;
  const { environments, probes } = result;
  const { typescriptPlaces } = await import("./typescript-places.ts");
  return { kind: "loaded", file, environments, probes, placeOf: placesOf(file, () => typescriptPlaces(file)) };
}

async function loadData(file: string): Promise<LoadedMesh | NotLoaded> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const message = error instanceof TypeError ? "it is not UTF-8 text" : messageOf(error);
    return { kind: "failed", findings: [{ ...diagnose(fileUnreadable, { message }, { path: [] }), place: { file } }] };
  }
  const result =
    extname(file) === ".json"
      ? (await import("./read-json.ts")).readJson(text, file)
      : (await import("./read-yaml.ts")).readYaml(text, file);
  if (result.kind === "failed") return result;
  const { data: spec, locate } = result;
  const environments = [{ name: "default", spec }];
  return { kind: "loaded", file, environments, probes: { value: undefined }, placeOf: placesOf(file, () => locate) };
}

/** Places are looked for only when something is to be said. */
function placesOf(file: string, load: () => Locate): (path: ModelPath) => Place {
  let locate: Locate | undefined;
  return (path) => ({ file, ...(locate ??= load())(path) });
}
