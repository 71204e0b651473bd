/** `mesh lock`: fetches what every release that a stack pins consists of, charts and images, and records their digests. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chartDigest } from "../components/charts/chart-digest.ts";
import { type ChartPlace, findCharts, placeIn } from "../components/charts/find-chart.ts";
import { type FoundImages, findImages } from "../components/charts/find-images.ts";
import { findRelease } from "../components/deployment/check-release.ts";
import { digestDiffers, notAStack } from "../components/deployment/codes.ts";
import { type ImagePlace, imagePlace, namedByDigest } from "../components/deployment/images.ts";
import { type Digest, formatLock, LOCK_FILE, type Lock, type LockedRelease } from "../components/deployment/lock.ts";
import type { Release } from "../components/deployment/release.ts";
import { diagnose } from "../components/diagnostics/diagnostic.ts";
import { type Finding, sortFindings } from "../components/diagnostics/finding.ts";
import { hasErrors } from "../components/diagnostics/report.ts";
import { releaseCatalogue } from "../stacks/releases/catalogue.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { printFindings, printJson, summary } from "./report.ts";
import { type ReadStackFile, readStackFile, type StackFile, stackFilesIn } from "./stack-file.ts";

export interface LockOptions {
  /** Stack files; none: all of the project here. */
  readonly files: readonly string[];
  /** Where the lock file lies. */
  readonly folder: string;
  readonly json: boolean;
}

export async function lock({ files, folder, json }: LockOptions): Promise<ExitCode> {
  const chosen = files.length === 0 ? stackFilesIn(folder) : files;
  const read = chosen.map(readStackFile);
  const findings: Finding[] = read.flatMap((one) => (one.kind === "failed" ? one.findings : []));
  if (chosen.length === 0) findings.push(noStacks(folder));
  const stacks = read.filter((one) => one.kind === "read");
  const fetched = hasErrors(findings) ? [] : await lockAll(stacks, findings);
  const exitCode = exitCodeOf(chosen, read, findings);
  const path = join(stacks[0]?.project ?? folder, LOCK_FILE);
  const changed = exitCode === exitCodes.ok && write(path, stacks[0]?.lock, fetched);
  const outcome = { command: "lock", file: path, environments: [], findings: sortFindings(findings), exitCode };
  if (json) printJson(outcome, { changed, locked: fetched.map((one) => ({ ...one })) });
  else {
    printFindings(outcome.findings, process.stderr);
    if (exitCode !== exitCodes.ok)
      process.stderr.write(`${summary(findings, chosen[0] ?? folder, [])}; nothing was locked\n`);
    else process.stdout.write(`${path}: ${changed ? "written" : "unchanged"}, ${counted(fetched)}\n`);
  }
  return exitCode;
}

function exitCodeOf(chosen: readonly string[], read: readonly ReadStackFile[], findings: readonly Finding[]): ExitCode {
  const unread = read.some((one) => one.kind === "failed" && one.exitCode === exitCodes.usage);
  if (chosen.length === 0 || unread) return exitCodes.usage;
  return hasErrors(findings) ? exitCodes.errors : exitCodes.ok;
}

function counted(fetched: readonly Fetched[]): string {
  const charts = fetched.filter(({ kind }) => kind === "chart").length;
  return `${charts} charts, ${fetched.length - charts} images`;
}

const noStacks = (folder: string): Finding =>
  diagnose(notAStack, { message: `there is no stack file of a project in ${folder}` }, { path: [] });

interface Fetched {
  readonly release: string;
  readonly kind: "chart" | "image";
  /** Of an image with its tag: `pilot:1.31.4`. */
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
}

async function lockAll(stacks: readonly StackFile[], findings: Finding[]): Promise<readonly Fetched[]> {
  const fetched = new Map<string, Fetched>();
  const asked = new Set<string>();
  for (const stack of stacks) {
    const { settings, place } = stack;
    if (settings.controlPlane.kind === "existing") continue;
    const release = findRelease(releaseCatalogue, settings.controlPlane.release);
    if ("code" in release) findings.push(place(release));
    else if (isFirst(asked, [release.name, placeOf(stack), settings.images]))
      await lockRelease(release, stack, fetched, findings);
  }
  return [...fetched.values()];
}

/** Most stacks of a project take the same release from the same place. */
function isFirst(asked: Set<string>, question: unknown): boolean {
  const text = JSON.stringify(question);
  return !asked.has(text) && asked.add(text).has(text);
}

const placeOf = ({ settings, project }: StackFile): ChartPlace => placeIn(project, settings.charts);

async function lockRelease(release: Release, stack: StackFile, fetched: Map<string, Fetched>, findings: Finding[]) {
  const { charts, problems } = await findCharts(placeOf(stack), release.istio);
  const images = await lockImages(imagePlace(release.istio, stack.settings.images));
  findings.push(...[...problems, ...images.problems].map(stack.place));
  for (const { name, path } of charts) {
    const version = release.istio.charts[name];
    const digest = await chartDigest(path);
    keep(fetched, { release: release.name, kind: "chart", name, version, digest }, findings, stack);
  }
  for (const { name, digest } of images.images)
    keep(
      fetched,
      { release: release.name, kind: "image", name, version: release.istio.version, digest },
      findings,
      stack,
    );
}

const lockImages = (place: ImagePlace): Promise<FoundImages> | FoundImages =>
  namedByDigest(place) ? findImages(place) : { images: [], problems: [] };

/** Two stacks that take one release from two places must get the same. */
function keep(known: Map<string, Fetched>, one: Fetched, findings: Finding[], { place }: StackFile): void {
  const { release, kind, name, digest } = one;
  const id = `${release} ${kind} ${name}`;
  const before = known.get(id);
  if (before !== undefined && before.digest !== digest) {
    const args = { kind, name, locked: before.digest, found: digest };
    findings.push(place(diagnose(digestDiffers, args, { path: [`${kind}s`] })));
  }
  known.set(id, before ?? one);
}

/** Releases that no stack pins any more stay locked: somebody may step back to the stack file that did. */
function write(path: string, before: Lock | undefined, fetched: readonly Fetched[]): boolean {
  const releases = { ...before?.releases };
  for (const one of fetched) releases[one.release] = withOne(releases[one.release] ?? { charts: {}, images: {} }, one);
  const next = formatLock({ schema: 1, releases });
  if (before !== undefined && existsSync(path) && next === formatLock(before)) return false;
  writeFileSync(path, next);
  return true;
}

const withOne = ({ charts, images }: LockedRelease, { kind, name, version, digest }: Fetched): LockedRelease =>
  kind === "chart"
    ? { charts: { ...charts, [name]: { version, digest } }, images }
    : { charts, images: { ...images, [name]: digest } };
