/**
 * `mesh run`: starts a mesh, says what runs where, applies every saved change, and ends without leaving anything.
 * How a mesh file is evaluated is the caller's business; it hands in `load`.
 */
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Catalogue } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { formatText } from "../diagnostics/format.ts";
import { hasErrors } from "../diagnostics/report.ts";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { findEnvoy } from "./envoy-binary.ts";
import { formatPlaces, formatTable } from "./format-run.ts";
import type { Probe } from "./probe.ts";
import { Progress } from "./progress.ts";
import { defaultProbes, runProbe } from "./run-probes.ts";
import { RunningMesh } from "./running-mesh.ts";

/** A mesh file as it is now: the mesh of one environment, or why there is none. */
export interface Loaded {
  readonly ir: MeshIr | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly probes: readonly Probe[];
}

export interface RunOptions {
  readonly file: string;
  readonly load: () => Promise<Loaded>;
  readonly catalogue: Catalogue;
  readonly envoy?: string | undefined;
  /** Send the probes, print the table, stop. */
  readonly once?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly write: (text: string) => void;
  /** Progress and problems, not results. */
  readonly note: (text: string) => void;
}

/** 0 all agree, 1 the mesh has errors or a row disagrees, 3 something is missing on this machine. */
export type RunExit = 0 | 1 | 3;

export async function runMesh(options: RunOptions): Promise<RunExit> {
  const { write, note, catalogue } = options;
  if (process.platform !== "linux" && process.platform !== "darwin") {
    note(
      "mesh run needs Linux or macOS: the stand-in workloads listen on unix sockets. `mesh check` and `mesh render` work everywhere.\n",
    );
    return 3;
  }
  const loaded = await options.load();
  if (loaded.diagnostics.length > 0) note(`${formatText(catalogue, loaded.diagnostics)}\n`);
  if (loaded.ir === undefined || hasErrors(loaded.diagnostics)) return 1;
  const progress = new Progress(note);
  const envoy = await findEnvoy({
    explicit: options.envoy,
    env: process.env,
    cacheDir: cacheDirectory(process.env),
    onProgress: progress.show,
  });
  if (envoy.kind === "missing") {
    note(`No Envoy to run the mesh with.\n${envoy.tried.map((line) => `  ${line}\n`).join("")}${envoy.remedy}\n`);
    return 3;
  }
  const interrupted = new Interrupt();
  const mesh = await RunningMesh.start(loaded.ir, { envoy: envoy.path, onProgress: progress.show });
  progress.done(`${mesh.plan.proxies.length} Envoy proxies (${envoy.version}) are ready`);
  try {
    if (options.once === true) return await once(mesh, loaded, options);
    write(formatPlaces(mesh, options.file));
    await stay(mesh, options, interrupted);
    return 0;
  } finally {
    note("stopping\n");
    await mesh.stop();
    interrupted.release();
  }
}

async function once(mesh: RunningMesh, { ir, probes }: Loaded, { json, write }: RunOptions): Promise<RunExit> {
  const wanted = probes.length > 0 ? probes : defaultProbes(ir as MeshIr);
  const results = [];
  for (const probe of wanted) results.push(await runProbe(mesh, probe));
  write(json === true ? `${JSON.stringify({ rows: results }, undefined, 2)}\n` : formatTable(results));
  return results.every(({ agrees }) => agrees) ? 0 : 1;
}

// --- staying -------------------------------------------------------------------------------------------------------

/** Editors save in several steps: the file is looked at when it has been quiet for so long. @unit milliseconds */
const QUIET = 30;

/** Until interrupted: every save is compiled; what has errors changes nothing. */
async function stay(mesh: RunningMesh, options: RunOptions, interrupted: Interrupt): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let applying: Promise<void> = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      applying = applying
        .then(() => applyFile(mesh, options))
        .catch((error: unknown) => options.note(`not applied: ${(error as Error).message}\n`));
    }, QUIET);
  };
  // The folder, not the file: many editors replace the file, and a watch of the old one would hear nothing more.
  const watcher = watch(dirname(options.file), (_event, name) => {
    if (name === null || name === basename(options.file) || /\.(?:ts|js|mjs|json|yaml)$/.test(name)) changed();
  });
  await interrupted.wait;
  watcher.close();
  clearTimeout(timer);
  await applying;
}

async function applyFile(mesh: RunningMesh, { load, catalogue, note }: RunOptions): Promise<void> {
  const started = performance.now();
  const loaded = await load();
  if (loaded.diagnostics.length > 0) note(`\n${formatText(catalogue, loaded.diagnostics)}\n`);
  if (loaded.ir === undefined || hasErrors(loaded.diagnostics))
    return note("not applied: the mesh above keeps running as it was\n");
  if (JSON.stringify(loaded.ir) === JSON.stringify(mesh.plan.ir)) return;
  if (loaded.ir.trustDomain !== mesh.plan.ir.trustDomain)
    return note("not applied: another trust domain needs new certificates; start `mesh run` again\n");
  const refused = await mesh.apply(loaded.ir);
  if (refused.length > 0)
    return note(`not applied in full: Envoy refused ${refused.join(", ")} (MW9002, please report it)\n`);
  note(`applied in ${Math.round(performance.now() - started)} ms\n`);
}

/** Ctrl-C and its like, once; a second one ends the process at once, and the watchdog cleans up. */
class Interrupt {
  readonly wait: Promise<void>;
  readonly #signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  #handler: () => void = () => {};

  constructor() {
    this.wait = new Promise((resolve) => {
      let times = 0;
      this.#handler = () => {
        if (++times > 1) process.exit(130);
        resolve();
      };
    });
    for (const signal of this.#signals) process.on(signal, this.#handler);
  }

  release(): void {
    for (const signal of this.#signals) process.off(signal, this.#handler);
  }
}
