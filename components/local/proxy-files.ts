/**
 * The files of one proxy on disk: written at its start, changed in phases afterwards, each phase only when Envoy has
 * taken the one before: every file carries a version, which Envoy shows back, and then its worker answers.
 */
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ConfigFile } from "../engines/envoy/block.ts";
import { fileText } from "../engines/envoy/block.ts";
import type { SocketAddress } from "../engines/envoy/placement.ts";
import type { Phase } from "../engines/envoy/update.ts";
import { readIdentities, readStats } from "./admin.ts";
import { replaceFile } from "./files.ts";
import { untilWorkerTook } from "./worker-took.ts";

/** How long Envoy may take for a phase: it is a matter of milliseconds, unless the machine is very busy. */
const PATIENCE = 10_000;

export async function writeAll(directory: string, files: readonly ConfigFile[]): Promise<void> {
  await Promise.all(files.map((file) => write(directory, { path: file.path, text: fileText(file) })));
}

/** A proxy that runs. */
export interface ProxyPlace {
  readonly directory: string;
  /** A listener that stays through every change. */
  readonly metrics: SocketAddress;
}

/** Writes the files of a phase and waits until Envoy shows their versions and its worker took them; answers what it refused. */
export async function applyPhase({ directory, metrics }: ProxyPlace, phase: Phase): Promise<readonly string[]> {
  const awaited = new Map(
    phase.write.flatMap((file) => statOf(file.path).map((stat) => [stat, versionOf(file.text)] as const)),
  );
  const rejected = await rejections(directory);
  // Envoy refuses a cluster whose endpoints file is not there yet.
  await Promise.all(phase.write.filter(({ path }) => path.includes("/")).map((file) => write(directory, file)));
  await Promise.all(phase.write.filter(({ path }) => !path.includes("/")).map((file) => write(directory, file)));
  const refused = await settle(directory, awaited, rejected);
  const took = await untilWorkerTook(metrics, PATIENCE);
  await Promise.all(phase.remove.map((path) => rm(join(directory, path), { force: true })));
  return took ? refused : [...refused, "worker"];
}

/** Waits until a proxy shows this identity to whoever connects, where it shows any. */
export async function untilShown({ directory, metrics }: ProxyPlace, identity: string): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    const shown = await readIdentities(directory);
    if (shown.length === 0 || shown.includes(identity)) break;
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await untilWorkerTook(metrics, PATIENCE);
}

const write = (directory: string, { path, text }: { readonly path: string; readonly text: string }): Promise<void> =>
  replaceFile(
    join(directory, path),
    text.startsWith(RESOURCES) ? `{"version_info":"${versionOf(text)}",${text.slice(1)}` : text,
  );

const RESOURCES = '{"resources":';

const versionOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Where Envoy shows the version of a file. Endpoints and secrets are taken at once and show none. */
function statOf(path: string): string[] {
  if (path === "cds.json") return ["cluster_manager.cds.version_text"];
  if (path === "lds.json") return ["listener_manager.lds.version_text"];
  const routes = /^rds\/(.+)\.json$/.exec(path)?.[1];
  return routes === undefined ? [] : [`http.${routes}.rds.${routes}.version_text`];
}

const SHOWN = "version_text|update_rejected";

async function rejections(directory: string): Promise<ReadonlyMap<string, string>> {
  const stats = await readStats(directory, "update_rejected");
  return new Map([...stats].filter(([name]) => name.endsWith(".update_rejected")));
}

async function settle(
  directory: string,
  awaited: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const stats = await readStats(directory, SHOWN);
    const refused = [...stats].filter(
      ([name, count]) => name.endsWith(".update_rejected") && count !== (before.get(name) ?? "0"),
    );
    if (refused.length > 0) return refused.map(([name]) => name);
    const waiting = [...awaited].filter(([name, version]) => stats.has(name) && stats.get(name) !== version);
    if (waiting.length === 0) return [];
    if (Date.now() > end) return waiting.map(([name]) => name);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
