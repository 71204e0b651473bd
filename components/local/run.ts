/**
 * `mesh run`: starts a mesh, says what runs where, applies every saved change, and ends without leaving anything.
 * How a mesh file is evaluated is the caller's business; it hands in `load`.
 */
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { MeshIr } from "../ir/mesh-ir.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { isMeantFor } from "./check-probes.ts";
import { findEnvoy } from "./envoy-binary.ts";
import { formatLost, formatOutdated, formatPlaces } from "./format-run.ts";
import type { Probe } from "./probe.ts";
import { Progress } from "./progress.ts";
import { MachineLimit } from "./proxy-process.ts";
import { defaultProbes, type ProbeResult, runProbe } from "./run-probes.ts";
import { RunningMesh } from "./running-mesh.ts";

/** A mesh file as it is now. */
export interface Loaded {
  /** Absent when the file has errors, which `load` has shown. */
  readonly ir: MeshIr | undefined;
  readonly probes: readonly Probe[];
}

export interface RunOptions {
  /** The file that is watched. */
  readonly file: string;
  readonly load: () => Promise<Loaded>;
  readonly envoy?: string | undefined;
  /** Send the probes and stop. @default stay until interrupted */
  readonly once?: boolean | undefined;
  /** Results. */
  readonly write: (text: string) => void;
  /** Progress and problems. */
  readonly note: (text: string) => void;
}

export type RunOutcome =
  | { readonly kind: "ended" }
  | { readonly kind: "probed"; readonly rows: readonly ProbeResult[] }
  /** The mesh has errors. */
  | { readonly kind: "wrong" }
  /** Something on this machine is missing; it was said what. */
  | { readonly kind: "missing" };

export async function runMesh(options: RunOptions): Promise<RunOutcome> {
  const { write, note } = options;
  if (process.platform !== "linux" && process.platform !== "darwin") {
    note(
      "mesh run needs Linux or macOS: the stand-in workloads listen on unix sockets. `mesh check` and `mesh render` work everywhere.\n",
    );
    return { kind: "missing" };
  }
  const loaded = await options.load();
  if (loaded.ir === undefined) return { kind: "wrong" };
  const progress = new Progress(note);
  const envoy = await findEnvoy({
    explicit: options.envoy,
    env: process.env,
    cacheDir: cacheDirectory(process.env),
    onProgress: progress.show,
  });
  if (envoy.kind === "missing") {
    note(`No Envoy to run the mesh with.\n${envoy.tried.map((line) => `  ${line}\n`).join("")}${envoy.remedy}\n`);
    return { kind: "missing" };
  }
  const interrupted = new Interrupt();
  const mesh = await start(loaded.ir, envoy.path, progress, note);
  if (mesh === undefined) return { kind: "missing" };
  progress.done(`${mesh.plan.proxies.length} Envoy proxies (${envoy.version}) are ready`);
  try {
    if (options.once === true)
      return { kind: "probed", rows: await probeAll(mesh, loaded.ir, loaded.probes, progress) };
    write(formatPlaces(mesh, options.file));
    await stay(mesh, options, interrupted);
    return { kind: "ended" };
  } finally {
    note("stopping\n");
    await mesh.stop();
    interrupted.release();
  }
}

async function start(
  ir: MeshIr,
  envoy: string,
  progress: Progress,
  note: RunOptions["note"],
): Promise<RunningMesh | undefined> {
  try {
    const onLost = (proxy: string | undefined) => note(formatLost(proxy));
    return await RunningMesh.start(ir, { envoy, onProgress: progress.show, onLost });
  } catch (error) {
    if (!(error instanceof MachineLimit)) throw error;
    note(`\n${error.message}\n`);
    return undefined;
  }
}

async function probeAll(
  mesh: RunningMesh,
  ir: MeshIr,
  probes: readonly Probe[],
  progress: Progress,
): Promise<readonly ProbeResult[]> {
  const own = probes.filter((probe) => isMeantFor(probe, ir));
  const wanted = own.length > 0 ? own : defaultProbes(ir);
  const rows: ProbeResult[] = [];
  for (const probe of wanted) {
    progress.show(`request ${rows.length + 1} of ${wanted.length}: ${probe.name}`);
    rows.push(await runProbe(mesh, probe));
  }
  progress.done(`${rows.length} requests sent`);
  return rows;
}

// --- staying -------------------------------------------------------------------------------------------------------

/** Editors save in several steps: the file is looked at when it has been quiet for so long. @unit milliseconds */
const QUIET = 30;

/** Until interrupted: every save is compiled; what has errors changes nothing. */
async function stay(mesh: RunningMesh, options: RunOptions, interrupted: Interrupt): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let applying: Promise<void> = Promise.resolve();
  let refused = false;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      applying = applying
        .then(async () => {
          const { said, applied } = await applyFile(mesh, options);
          // Where nothing has changed nothing is said, unless the last word is that something was wrong.
          if (said !== "" || refused) options.note(said === "" ? "right again, and running already\n" : said);
          refused = !applied;
        })
        .catch((error: unknown) => {
          refused = true;
          options.note(`not applied: ${(error as Error).message}\n`);
        });
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

interface Applied {
  readonly applied: boolean;
  /** Empty: it is what runs. */
  readonly said: string;
}

const notApplied = (said: string): Applied => ({ applied: false, said: `not applied${said}\n` });

async function applyFile(mesh: RunningMesh, { load }: RunOptions): Promise<Applied> {
  const started = performance.now();
  const loaded = await load();
  if (loaded.ir === undefined) return notApplied(": the mesh above keeps running as it was");
  if (JSON.stringify(loaded.ir) === JSON.stringify(mesh.plan.ir) && mesh.isWhole) return { applied: true, said: "" };
  if (loaded.ir.trustDomain !== mesh.plan.ir.trustDomain)
    return notApplied(": another trust domain needs new certificates; start `mesh run` again");
  const refused = await mesh.apply(loaded.ir);
  if (refused.length > 0)
    return notApplied(
      `, the mesh keeps running as it was: Envoy refused ${refused.join(", ")} (MW9002, please report it)`,
    );
  const { outdated } = mesh;
  const butFor = outdated.length > 0 ? formatOutdated(outdated) : "";
  return { applied: true, said: `applied in ${Math.round(performance.now() - started)} ms\n${butFor}` };
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
