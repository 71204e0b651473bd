/**
 * A stack file (`Pulumi.<stack>.yaml`) → the settings in it, each finding at its line. The project's name, which stands before every
 * key, is that of the Pulumi.yaml beside or above.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { notAStack } from "../components/deployment/codes.ts";
import { emptyLock, LOCK_FILE, type Lock, readLock } from "../components/deployment/lock.ts";
import { readSettings, type StackSettings } from "../components/deployment/settings.ts";
import { type Diagnostic, diagnose } from "../components/diagnostics/diagnostic.ts";
import type { Finding } from "../components/diagnostics/finding.ts";
import { fileMissing, otherEnvironment } from "./codes.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { nearestFile } from "./load.ts";
import { readJson } from "./read-json.ts";
import { readYaml } from "./read-yaml.ts";
import type { Locate } from "./text-places.ts";

export interface StackFile {
  readonly kind: "read";
  readonly file: string;
  readonly settings: StackSettings;
  /** The folder of the project, as the user would name it. */
  readonly project: string;
  readonly lock: Lock;
  /** A diagnostic of the settings, at its line. */
  place(diagnostic: Diagnostic): Finding;
}

export type ReadStackFile = StackFile | FailedStackFile;

export interface FailedStackFile {
  readonly kind: "failed";
  readonly findings: readonly Finding[];
  /** Settings that are wrong are errors; what holds none cannot be read. */
  readonly exitCode: ExitCode;
}

const STACK_FILE = /^Pulumi\.([\w.-]+)\.ya?ml$/;

export function readStackFile(file: string): ReadStackFile {
  if (!existsSync(file))
    return unread({
      ...diagnose(fileMissing, { file, nearest: nearestFile(file) ?? "", holds: "stack" }, { path: [] }),
      place: { file },
    });
  const stack = STACK_FILE.exec(basename(file))?.[1];
  const project = findProject(dirname(file));
  if (stack === undefined) return refuse(file, `${basename(file)} is not called Pulumi.<stack>.yaml`);
  if (project === undefined) return refuse(file, "there is no Pulumi.yaml beside or above it");
  const read = readYaml(readFileSync(file, "utf8"), file);
  if (read.kind === "failed") return unread(...read.findings);
  const place = placeWith(file, `${project.name}:`, read.locate);
  const { settings, diagnostics } = readSettings(configOf(read.data, `${project.name}:`), stack);
  if (settings === undefined) return failed(exitCodes.errors, diagnostics.map(place));
  const locked = readLockFile(join(project.folder, LOCK_FILE));
  if (locked.findings.length > 0) return unread(...locked.findings);
  return { kind: "read", file, settings, project: project.folder, lock: locked.lock, place };
}

const failed = (exitCode: ExitCode, findings: readonly Finding[]): ReadStackFile => ({
  kind: "failed",
  findings,
  exitCode,
});

const unread = (...findings: readonly Finding[]): ReadStackFile => failed(exitCodes.usage, findings);

const refuse = (file: string, message: string): ReadStackFile =>
  unread({ ...diagnose(notAStack, { message }, { path: [] }), place: { file } });

interface Project {
  readonly name: string;
  readonly folder: string;
}

/** Stack files lie beside Pulumi.yaml, or in a folder below (`stackConfigDir`). */
function findProject(folder: string): Project | undefined {
  const found = [folder, join(folder, "..")].find((one) => existsSync(join(one, "Pulumi.yaml")));
  if (found === undefined) return undefined;
  const read = readYaml(readFileSync(join(found, "Pulumi.yaml"), "utf8"), join(found, "Pulumi.yaml"));
  const { name } = (read.kind === "read" ? (read.data ?? {}) : {}) as { readonly name?: unknown };
  return typeof name === "string" ? { name, folder: found } : undefined;
}

/** The stack files of the project in this folder. */
export function stackFilesIn(folder: string): readonly string[] {
  const read = existsSync(join(folder, "Pulumi.yaml"))
    ? readYaml(readFileSync(join(folder, "Pulumi.yaml"), "utf8"), "Pulumi.yaml")
    : undefined;
  const { stackConfigDir } = (read?.kind === "read" ? (read.data ?? {}) : {}) as { readonly stackConfigDir?: unknown };
  const place = typeof stackConfigDir === "string" ? join(folder, stackConfigDir) : folder;
  if (!existsSync(place)) return [];
  const names = readdirSync(place).filter((name) => STACK_FILE.test(name));
  return names.sort().map((name) => join(place, name));
}

/** A stack decides its environment; who names another one means another stack. */
export function readNamedStack(file: string, environment: string | undefined): ReadStackFile {
  const read = readStackFile(file);
  if (read.kind === "failed" || environment === undefined || environment === read.settings.environment) return read;
  const args = { stack: read.settings.environment, asked: environment };
  return unread(read.place(diagnose(otherEnvironment, args, { path: ["environment"] })));
}

/** The stack file that was named, or the one of this project whose stack has this environment, or its only one. */
export function findStackFile(named: string | undefined, environment: string | undefined, folder = "."): ReadStackFile {
  if (named !== undefined) return readNamedStack(named, environment);
  const files = stackFilesIn(folder);
  const read = files.map(readStackFile);
  const fitting =
    environment === undefined
      ? read
      : read.filter((one) => one.kind === "read" && one.settings.environment === environment);
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  const wanted = environment === undefined ? "" : ` for the environment ${environment}`;
  const message =
    only === undefined
      ? `this folder has no stack file${wanted}`
      : `there are ${fitting.length}${wanted}: name one with --stack`;
  return unread(diagnose(notAStack, { message }, { path: [] }));
}

/** The project's own keys; those of providers (`kubernetes:context`) are not ours to judge. */
function configOf(data: unknown, prefix: string): Readonly<Record<string, unknown>> {
  const { config } = (data ?? {}) as { readonly config?: unknown };
  const entries = Object.entries(typeof config === "object" && config !== null ? config : {});
  return Object.fromEntries(
    entries.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

const placeWith =
  (file: string, prefix: string, locate: Locate) =>
  (diagnostic: Diagnostic): Finding => {
    const [key = "", ...rest] = diagnostic.path;
    return { ...diagnostic, place: { file, ...locate(["config", `${prefix}${key}`, ...rest]) } };
  };

export function readLockFile(file: string): { readonly lock: Lock; readonly findings: readonly Finding[] } {
  if (!existsSync(file)) return { lock: emptyLock, findings: [] };
  const read = readJson(readFileSync(file, "utf8"), file);
  if (read.kind === "failed") return { lock: emptyLock, findings: read.findings };
  const { lock, diagnostics } = readLock(read.data);
  const findings = diagnostics.map((one) => ({ ...one, place: { file, ...read.locate(one.path) } }));
  return { lock, findings };
}
