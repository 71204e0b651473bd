/**
 * A mesh that runs on this machine: real Envoy proxies and stand-in workloads on loopback, in one folder that goes with it.
 * Knows nothing of files that a user edits, of terminals or of probes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proxyName } from "../engines/envoy/names.ts";
import type { RenderedProxy } from "../engines/envoy/render.ts";
import type { Phase } from "../engines/envoy/update.ts";
import type { GatewayIr, MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { Authority } from "./certificates.ts";
import { isLeft, longestBackOff, PATIENCE, untilIdle } from "./leaving.ts";
import { PortBook } from "./port-book.ts";
import { applyPhase, type ProxyPlace, phasesOf, writeAll } from "./proxy-files.ts";
import { type ProxyProcess, startProxy, untilReady } from "./proxy-process.ts";
import { planRun, proxyDirectory, type RunPlan } from "./run-plan.ts";
import { RunSecrets } from "./run-secrets.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";
import { untilWorkerTook } from "./worker-took.ts";
import { WorkloadProcess } from "./workload-process.ts";
import type { WorkloadsSpec } from "./workload-spec.ts";

export interface StartOptions {
  /** The Envoy executable. */
  readonly envoy: string;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** How many proxies start at a time: each takes a core for a moment. */
const AT_ONCE = 8;

export class RunningMesh {
  readonly directory: string;
  readonly #secrets: RunSecrets;
  readonly #envoy: string;
  readonly #progress: (text: string) => void;
  readonly #book = new PortBook();
  readonly #watchdog: Watchdog;
  readonly #proxies = new Map<string, ProxyProcess>();
  readonly #workloads: WorkloadProcess;
  #plan: RunPlan | undefined;
  #removing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  private constructor(directory: string, secrets: RunSecrets, watchdog: Watchdog, { envoy, onProgress }: StartOptions) {
    this.directory = directory;
    this.#secrets = secrets;
    this.#watchdog = watchdog;
    this.#envoy = envoy;
    this.#progress = onProgress ?? (() => {});
    this.#workloads = new WorkloadProcess(directory);
    watchdog.process(this.#workloads.pid);
  }

  static async start(ir: MeshIr, options: StartOptions): Promise<RunningMesh> {
    const directory = await mkdtemp(join(tmpdir(), "meshwright-"));
    const watchdog = await startWatchdog({ directory });
    const secrets = await RunSecrets.create(directory, ir.trustDomain);
    const mesh = new RunningMesh(directory, secrets, watchdog, options);
    try {
      await mesh.#startAll(ir);
      return mesh;
    } catch (error) {
      await mesh.stop();
      throw error;
    }
  }

  /** Signs every identity of this run. */
  get authority(): Authority {
    return this.#secrets.authority;
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
    await this.#workloads.stop();
    await this.#removing.catch(() => {});
    await this.#watchdog.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  // --- start -------------------------------------------------------------------------------------------------------

  async #startAll(ir: MeshIr): Promise<void> {
    this.#progress(`planning ${ir.services.length} services`);
    const plan = await planRun(ir, this.#book, this.directory);
    this.#progress("issuing certificates");
    await this.#secrets.writeOutside(ir.externals);
    await Promise.all(plan.proxies.map((proxy) => this.#prepare(plan, proxy)));
    this.#progress("starting workloads");
    await this.#workloads.serve(plan);
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

  /** The folder of a proxy: its certificates and its configuration. */
  async #prepare(plan: RunPlan, proxy: RenderedProxy): Promise<void> {
    const owner = ownerOf(plan.ir, proxy);
    await this.#secrets.writeIdentity(proxy.name, owner);
    await this.#secrets.writeExternalRoots(proxy.name, plan.ir.externals);
    if ("listeners" in owner) await this.#secrets.writeEdges(proxy.name, owner);
    await writeAll(proxyDirectory(this.directory, proxy.name), proxy.files);
  }

  /** Certificates that a change needs: of servers that came, of gateways with other hosts. */
  async #renewSecrets(before: RunPlan, plan: RunPlan): Promise<void> {
    const known = new Set(before.ir.externals.map(({ key, host }) => `${key} ${host}`));
    const fresh = plan.ir.externals.filter(({ key, host }) => !known.has(`${key} ${host}`));
    await this.#secrets.writeOutside(fresh);
    if (fresh.length > 0)
      await Promise.all(before.proxies.map(({ name }) => this.#secrets.writeExternalRoots(name, plan.ir.externals)));
    const old = new Map(before.ir.gateways.map((gateway) => [gateway.id, JSON.stringify(gateway.listeners)]));
    const changed = plan.ir.gateways.filter(
      ({ id, listeners }) => old.has(id) && old.get(id) !== JSON.stringify(listeners),
    );
    await Promise.all(changed.map((gateway) => this.#secrets.writeEdges(proxyName(gateway.id), gateway)));
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
    await this.#renewSecrets(before, plan);
    await Promise.all(fresh.map((proxy) => this.#prepare(plan, proxy)));
    await this.#workloads.serve(keepingOld(before, plan));
    await this.#launch(fresh);
    const updates = plan.proxies.flatMap((proxy) => {
      const old = running.get(proxy.name);
      return old === undefined ? [] : [this.#update(plan, old, proxy)];
    });
    for (const name of ["add", "listen", "route"] as const) {
      const refused = await Promise.all(phasesNamed(name, updates).map(({ place, phase }) => applyPhase(place, phase)));
      if (refused.flat().length > 0) return refused.flat();
    }
    this.#plan = plan;
    this.#removing = this.#remove(before, plan, updates);
    // Whoever changes the mesh next hears of it; until then nobody listens.
    this.#removing.catch(() => {});
    return [];
  }

  #update({ placement }: RunPlan, before: RenderedProxy, { name, files }: RenderedProxy): Update {
    const place = { directory: proxyDirectory(this.directory, name), metrics: placement.metrics(name) };
    return { place, phases: phasesOf(before.files, files) };
  }

  /** Last and unhurried: what no route uses any more goes when no request uses it. */
  async #remove(before: RunPlan, plan: RunPlan, updates: readonly Update[]): Promise<void> {
    const names = new Set(plan.proxies.map(({ name }) => name));
    const last = phasesNamed("remove", updates);
    const backOff = longestBackOff(before.ir);
    await Promise.all(last.map(({ place, phase }) => untilIdle(place.directory, phase.clusters, backOff)));
    await Promise.all(last.map(({ place, phase }) => applyPhase(place, phase)));
    await this.#endLeft(
      before,
      before.proxies.filter(({ name }) => !names.has(name)),
    );
    await this.#workloads.serve(plan);
  }

  /** Ends proxies as their callers leave them; the end of one may be what another waits for. */
  async #endLeft(plan: RunPlan, gone: readonly RenderedProxy[]): Promise<void> {
    let waiting = gone;
    for (const end = Date.now() + PATIENCE; waiting.length > 0 && Date.now() < end; ) {
      const left = await Promise.all(waiting.map((proxy) => this.#isLeft(plan, proxy)));
      await Promise.all(waiting.filter((_, index) => left[index]).map(({ name }) => this.#end(name)));
      waiting = waiting.filter((_, index) => !left[index]);
      if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(waiting.map(({ name }) => this.#end(name)));
  }

  /** Has every caller of a sidecar hung up? Who calls a gateway is not ours to move, and it ends without waiting for them. */
  async #isLeft({ ir, placement }: RunPlan, proxy: RenderedProxy): Promise<boolean> {
    const owner = ownerOf(ir, proxy);
    if ("listeners" in owner) return true;
    // Who connected just now counts, too.
    await untilWorkerTook(placement.metrics(proxy.name), PATIENCE);
    const doors = owner.ports.map(({ name }) => placement.inbound(owner.id, proxy.version, name));
    return isLeft(proxyDirectory(this.directory, proxy.name), doors);
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

/** What is to do at a proxy that stays. */
interface Update {
  readonly place: ProxyPlace;
  readonly phases: readonly Phase[];
}

const phasesNamed = (wanted: Phase["name"], updates: readonly Update[]) =>
  updates.flatMap(({ place, phases }) =>
    phases.filter(({ name }) => name === wanted).map((phase) => ({ place, phase })),
  );

/** What goes away serves until nobody asks it any more: workloads, ports of those that stay, servers outside. */
function keepingOld(before: RunPlan, plan: RunPlan): WorkloadsSpec {
  const old = new Map(before.workloads.map((workload) => [workload.id, workload]));
  const stay = plan.workloads.map((workload) => ({
    ...workload,
    ports: withOld(old.get(workload.id)?.ports ?? [], workload.ports, ({ listen }) => JSON.stringify(listen)),
  }));
  return {
    workloads: withOld(before.workloads, stay, ({ id }) => id),
    externals: withOld(before.externals, plan.externals, ({ port }) => port),
  };
}

/** The new ones, and the old ones that none of them replaces. */
function withOld<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => unknown): readonly T[] {
  const keys = new Set(after.map(keyOf));
  return [...after, ...before.filter((one) => !keys.has(keyOf(one)))];
}
