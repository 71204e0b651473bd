/**
 * A mesh that runs on this machine: real Envoy proxies and stand-in workloads on loopback, in one folder that goes with it.
 * Knows nothing of files that a user edits, of terminals or of probes.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { RenderedProxy } from "../engines/envoy/render.ts";
import { edgeSecret } from "../engines/envoy/tls.ts";
import type { GatewayIr, MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import { readStats } from "./admin.ts";
import { type Authority, createAuthority, type IssuedCertificate } from "./certificates.ts";
import { PortBook } from "./port-book.ts";
import { applyPhase, phasesOf, writeAll } from "./proxy-files.ts";
import { type ProxyProcess, startProxy, untilReady } from "./proxy-process.ts";
import { outsideFile, planRun, proxyDirectory, type RunPlan } from "./run-plan.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";
import { workloadArguments } from "./workload.ts";

export interface StartOptions {
  /** The Envoy executable. */
  readonly envoy: string;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** How many proxies start at a time: each takes a core for a moment. */
const AT_ONCE = 8;

export class RunningMesh {
  readonly directory: string;
  readonly authority: Authority;
  /** Signs what stands for servers outside. */
  readonly #outside: Authority;
  readonly #envoy: string;
  readonly #progress: (text: string) => void;
  readonly #book = new PortBook();
  readonly #watchdog: Watchdog;
  readonly #proxies = new Map<string, ProxyProcess>();
  #workloads: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #plan: RunPlan | undefined;
  #removing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  private constructor(
    directory: string,
    authority: Authority,
    outside: Authority,
    watchdog: Watchdog,
    { envoy, onProgress }: StartOptions,
  ) {
    this.directory = directory;
    this.authority = authority;
    this.#outside = outside;
    this.#watchdog = watchdog;
    this.#envoy = envoy;
    this.#progress = onProgress ?? (() => {});
  }

  static async start(ir: MeshIr, options: StartOptions): Promise<RunningMesh> {
    const directory = await mkdtemp(join(tmpdir(), "meshwright-"));
    const watchdog = await startWatchdog({ directory });
    const [authority, outside] = await Promise.all([
      createAuthority({ trustDomain: ir.trustDomain }),
      createAuthority({ trustDomain: "outside" }),
    ]);
    const mesh = new RunningMesh(directory, authority, outside, watchdog, options);
    try {
      await mesh.#startAll(ir);
      return mesh;
    } catch (error) {
      await mesh.stop();
      throw error;
    }
  }

  get plan(): RunPlan {
    if (this.#plan === undefined) throw new Error("MW9004 the mesh has not started");
    return this.#plan;
  }

  /** Pids of the proxies, by name. */
  get pids(): ReadonlyMap<string, number> {
    return new Map([...this.#proxies].map(([name, { pid }]) => [name, pid]));
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.stop()));
    this.#workloads?.stdin.end();
    await this.#removing.catch(() => {});
    await this.#watchdog.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  // --- start -------------------------------------------------------------------------------------------------------

  async #startAll(ir: MeshIr): Promise<void> {
    this.#progress(`planning ${ir.services.length} services`);
    const plan = await planRun(ir, this.#book, this.directory);
    this.#progress("issuing certificates");
    await writeFile(join(this.directory, "ca.crt"), this.authority.caPem);
    await this.#writeOutside(plan);
    await Promise.all(plan.proxies.map((proxy) => this.#prepare(plan, proxy)));
    this.#progress("starting workloads");
    await this.#sendWorkloads(plan);
    await this.#launch(plan.proxies);
    this.#plan = plan;
  }

  async #launch(proxies: readonly RenderedProxy[]): Promise<void> {
    let ready = 0;
    const queue = [...proxies];
    const worker = async () => {
      for (let proxy = queue.shift(); proxy !== undefined; proxy = queue.shift()) {
        await this.#startOne(proxy.name);
        this.#progress(`proxies ready: ${++ready} of ${proxies.length}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async #startOne(name: string): Promise<void> {
    const directory = proxyDirectory(this.directory, name);
    const proxy = startProxy(this.#envoy, directory);
    this.#watchdog.process(proxy.pid);
    this.#proxies.set(name, proxy);
    await untilReady(directory, proxy);
  }

  /** The folder of a proxy: its configuration, its certificate and the roots. */
  async #prepare(plan: RunPlan, proxy: RenderedProxy): Promise<void> {
    const directory = proxyDirectory(this.directory, proxy.name);
    const certs = join(directory, "certs");
    await mkdir(certs, { recursive: true, mode: 0o700 });
    const owner = ownerOf(plan.ir, proxy);
    await this.#writePair(join(certs, "identity"), await this.authority.issueWorkload(owner.identity));
    await writeFile(join(certs, "ca.crt"), this.authority.caPem);
    await writeFile(join(certs, "external-ca.crt"), this.#outside.caPem);
    for (const external of plan.ir.externals)
      await writeFile(join(certs, `external.${external.key}.crt`), this.#outside.caPem);
    for (const { name, hosts, tls } of "listeners" in owner ? owner.listeners : []) {
      if (tls !== undefined)
        await this.#writePair(join(certs, edgeSecret(name)), await this.authority.issueServer(hosts));
    }
    await writeAll(directory, proxy.files);
  }

  async #writePair(path: string, { certificatePem, keyPem }: IssuedCertificate): Promise<void> {
    await writeFile(`${path}.crt`, certificatePem);
    await writeFile(`${path}.key`, keyPem, { mode: 0o600 });
  }

  async #writeOutside(plan: RunPlan): Promise<void> {
    await mkdir(join(this.directory, "outside"), { recursive: true, mode: 0o700 });
    for (const external of plan.ir.externals) {
      await this.#writePair(
        outsideFile(this.directory, external, "crt").slice(0, -4),
        await this.#outside.issueServer([external.host]),
      );
    }
  }

  /** The stand-ins live in one process, which takes a new list at any time and says when it serves it. */
  async #sendWorkloads({ workloads, externals }: RunPlan): Promise<void> {
    const child = (this.#workloads ??= this.#startWorkloads());
    const served = new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("exit", (code) => reject(new Error(`the stand-in workloads ended with code ${code}`)));
    });
    child.stdin.write(`${JSON.stringify({ workloads, externals })}\n`);
    await served;
  }

  #startWorkloads() {
    const child = spawn(process.execPath, workloadArguments(), {
      cwd: this.directory,
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    if (child.pid !== undefined) this.#watchdog.process(child.pid);
    child.stdin.on("error", () => {});
    return child;
  }

  // --- change ------------------------------------------------------------------------------------------------------

  /**
   * Moves the running proxies to another mesh without losing a request. Answers what an Envoy refused, which is our own bug;
   * a phase that is refused stops the update, and what runs keeps running.
   */
  async apply(ir: MeshIr): Promise<readonly string[]> {
    await this.#removing;
    const before = this.plan;
    const plan = await planRun(ir, this.#book, this.directory);
    const running = new Map(before.proxies.map((proxy) => [proxy.name, proxy]));
    const fresh = plan.proxies.filter(({ name }) => !running.has(name));
    await this.#writeOutside(plan);
    await Promise.all(fresh.map((proxy) => this.#prepare(plan, proxy)));
    await this.#sendWorkloads(keepingOld(before, plan));
    await this.#launch(fresh);
    const updates = plan.proxies.flatMap((proxy) => {
      const old = running.get(proxy.name);
      return old === undefined
        ? []
        : [{ directory: proxyDirectory(this.directory, proxy.name), phases: phasesOf(old.files, proxy.files) }];
    });
    for (const name of ["add", "listen", "route"] as const) {
      const refused = await Promise.all(
        updates.map(async ({ directory, phases }) => {
          const phase = phases.find((one) => one.name === name);
          return phase === undefined ? [] : applyPhase(directory, phase);
        }),
      );
      if (refused.flat().length > 0) return refused.flat();
    }
    this.#plan = plan;
    this.#removing = this.#remove(before, plan, updates);
    return [];
  }

  /** Last and unhurried: what no route uses any more goes when no request uses it. */
  async #remove(
    before: RunPlan,
    plan: RunPlan,
    updates: readonly { readonly directory: string; readonly phases: ReturnType<typeof phasesOf> }[],
  ): Promise<void> {
    const names = new Set(plan.proxies.map(({ name }) => name));
    const gone = before.proxies.filter(({ name }) => !names.has(name));
    const last = updates.flatMap(({ directory, phases }) =>
      phases.filter(({ name }) => name === "remove").map((phase) => ({ directory, phase })),
    );
    if (gone.length + last.length === 0) return this.#sendWorkloads(plan);
    await Promise.all(last.map(({ directory, phase }) => untilIdle(directory, phase.clusters)));
    await Promise.all(last.map(({ directory, phase }) => applyPhase(directory, phase)));
    for (const { name } of gone) await this.#end(name);
    await this.#sendWorkloads(plan);
  }

  async #end(name: string): Promise<void> {
    const proxy = this.#proxies.get(name);
    this.#proxies.delete(name);
    await proxy?.stop();
    if (proxy !== undefined) this.#watchdog.release(proxy.pid);
    await rm(proxyDirectory(this.directory, name), { recursive: true, force: true });
  }
}

const ownerOf = (ir: MeshIr, { owner }: RenderedProxy): ServiceIr | GatewayIr =>
  [...ir.services, ...ir.gateways].find(({ id }) => id === owner) as ServiceIr | GatewayIr;

/** Workloads that go away serve until nobody asks them any more. */
function keepingOld(before: RunPlan, plan: RunPlan): RunPlan {
  const ids = new Set(plan.workloads.map(({ id }) => id));
  return { ...plan, workloads: [...plan.workloads, ...before.workloads.filter(({ id }) => !ids.has(id))] };
}

/** Until no request is on its way through these clusters; at most as long as a request may take by default. */
async function untilIdle(directory: string, clusters: readonly string[]): Promise<void> {
  const names = new Set(clusters.map((name) => `cluster.${name.replaceAll(":", "_")}.upstream_rq_active`));
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const stats = await readStats(directory, "upstream_rq_active");
    if ([...stats].every(([name, count]) => count === "0" || !names.has(name))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
