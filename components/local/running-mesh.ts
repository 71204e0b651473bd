/**
 * A mesh that runs on this machine: real Envoy proxies and stand-in workloads on loopback, in one folder that goes with it.
 * Knows nothing of files that a user edits, of terminals or of probes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RenderedProxy } from "../engines/envoy/render.ts";
import { type Phase, planUpdate } from "../engines/envoy/update.ts";
import type { GatewayIr, MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { Authority } from "./certificates.ts";
import { isLeft, longestBackOff, PATIENCE, untilIdle } from "./leaving.ts";
import { PortBook } from "./port-book.ts";
import { applyPhase, type ProxyPlace, untilShown, writeAll } from "./proxy-files.ts";
import { filesMeanwhile, planRun, proxyDirectory, type RunPlan } from "./run-plan.ts";
import { RunProxies } from "./run-proxies.ts";
import { RunSecrets } from "./run-secrets.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";
import { untilWorkerTook } from "./worker-took.ts";
import { WorkloadProcess } from "./workload-process.ts";
import type { WorkloadsSpec } from "./workload-spec.ts";

export interface StartOptions {
  /** The Envoy executable. */
  readonly envoy: string;
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Told of what ended by itself: a proxy, by its name, or the process of all stand-ins, without one. */
  readonly onLost?: ((proxy: string | undefined) => void) | undefined;
}

export class RunningMesh {
  readonly directory: string;
  readonly #secrets: RunSecrets;
  readonly #progress: (text: string) => void;
  readonly #book = new PortBook();
  readonly #watchdog: Watchdog;
  readonly #proxies: RunProxies;
  readonly #workloads: WorkloadProcess;
  #plan: RunPlan | undefined;
  /** What a change left to be taken away. Never rejects: whatever is left over is taken away with the next change. */
  #removing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  private constructor(
    directory: string,
    secrets: RunSecrets,
    watchdog: Watchdog,
    { envoy, onProgress, onLost = () => {} }: StartOptions,
  ) {
    this.directory = directory;
    this.#secrets = secrets;
    this.#watchdog = watchdog;
    this.#proxies = new RunProxies(directory, envoy, watchdog, onLost);
    this.#progress = onProgress ?? (() => {});
    this.#workloads = new WorkloadProcess(directory);
    watchdog.process(this.#workloads.pid);
    void this.#workloads.ended.then(() => {
      if (!this.#stopped) onLost(undefined);
    });
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
    return this.#proxies.pids;
  }

  /**
   * Proxies that count other requests and connections (`metrics`) than the mesh says: Envoy reads that once, when it starts, and a
   * restart would cost the requests that are on their way. All else follows.
   */
  get outdated(): readonly string[] {
    return this.#proxies.outdated(this.plan.proxies);
  }

  /** Does every proxy run? Those that have ended by themselves are started again by `apply`, also of the same mesh. */
  get isWhole(): boolean {
    return this.plan.proxies.every((proxy) => this.#proxies.runs(proxy));
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#proxies.stopAll();
    await this.#workloads.stop();
    await this.#removing;
    await this.#watchdog.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  // --- start -------------------------------------------------------------------------------------------------------

  async #startAll(ir: MeshIr): Promise<void> {
    this.#progress(`planning ${ir.services.length} services`);
    const plan = await planRun(ir, this.#book, this.directory);
    this.#progress("issuing certificates");
    await this.#secrets.writeOutside(ir.externals);
    await this.#prepare(plan, plan.proxies);
    this.#progress("starting workloads");
    await this.#workloads.serve(plan);
    await this.#launch(plan.proxies);
    this.#plan = plan;
  }

  #launch(proxies: readonly RenderedProxy[]): Promise<void> {
    return this.#proxies.start(proxies, (ready) => this.#progress(`proxies ready: ${ready} of ${proxies.length}`));
  }

  /** The folders of proxies: certificates and configuration. */
  async #prepare(plan: RunPlan, proxies: readonly RenderedProxy[]): Promise<void> {
    const owners = ownersOf(plan.ir);
    await Promise.all(
      proxies.map(async ({ name, owner: id, files }) => {
        const owner = owners.get(id) as Owner;
        await this.#secrets.writeIdentity(name, owner);
        await this.#secrets.writeRoots(name);
        await this.#secrets.writeExternalRoots(name, plan.ir.externals);
        if ("listeners" in owner) await this.#secrets.writeEdges(name, owner);
        else if (speaksTls(owner)) await this.#secrets.writeWorkload(name, owner);
        await writeAll(proxyDirectory(this.directory, name), files);
      }),
    );
  }

  // --- change ------------------------------------------------------------------------------------------------------

  /**
   * Moves the running proxies to another mesh without losing a request. Answers what an Envoy refused, which is our own bug.
   * Where it is refused, or throws, everything runs as it did before, and the next mesh may be applied.
   */
  async apply(ir: MeshIr): Promise<readonly string[]> {
    await this.#removing;
    const before = this.plan;
    const plan = await planRun(ir, this.#book, this.directory);
    const updates = this.#updates(before, plan);
    let refused: readonly string[];
    try {
      refused = await this.#move(before, plan, updates);
    } catch (error) {
      await this.#takeBack(before, plan);
      throw error;
    }
    if (refused.length > 0) await this.#takeBack(before, plan);
    else {
      this.#plan = plan;
      this.#removeLater(before, plan, updates);
    }
    return refused;
  }

  async #move(before: RunPlan, plan: RunPlan, updates: readonly Update[]): Promise<readonly string[]> {
    const staying = new Set(updates.map(({ proxy }) => proxy));
    const fresh = plan.proxies.filter((proxy) => !staying.has(proxy));
    await this.#renewSecrets(before, plan, updates);
    await this.#prepare(plan, fresh);
    await this.#workloads.serve(keepingOld(before, plan));
    await this.#launch(fresh);
    for (const name of MOVING) {
      const refused = await Promise.all(phasesNamed(name, updates).map(({ place, phase }) => applyPhase(place, phase)));
      if (refused.flat().length > 0) return refused.flat();
    }
    await this.#renewIdentities(before, plan, updates);
    return [];
  }

  /**
   * Back from a change that failed, however far it had come: to write what is there already changes nothing. As well as can be: a
   * proxy that has ended meanwhile, and cannot be started here, is started again by the next change.
   */
  async #takeBack(before: RunPlan, plan: RunPlan): Promise<void> {
    const updates = this.#updates(plan, before);
    for (const name of MOVING)
      await Promise.allSettled(phasesNamed(name, updates).map(({ place, phase }) => applyPhase(place, phase)));
    await this.#renewIdentities(plan, before, updates).catch(() => {});
    const ended = before.proxies.filter((proxy) => !this.#proxies.runs(proxy));
    await this.#prepare(before, ended)
      .then(() => this.#launch(ended))
      .catch(() => {});
    this.#removeLater(plan, before, updates);
  }

  /** What is to do at the proxies that both plans have, as far as they run. */
  #updates(before: RunPlan, plan: RunPlan): readonly Update[] {
    const old = new Map(before.proxies.map((proxy) => [proxy.name, proxy]));
    const between = filesMeanwhile(before, plan);
    return plan.proxies.flatMap((proxy) => {
      const was = old.get(proxy.name);
      if (was === undefined || !this.#proxies.runs(proxy)) return [];
      const directory = proxyDirectory(this.directory, proxy.name);
      const place = { directory, metrics: plan.placement.metrics(proxy.name) };
      return [{ proxy, place, phases: planUpdate(was.files, proxy.files, between.get(proxy.name)) }];
    });
  }

  /** Certificates that a change needs before anything moves: of servers that came, of gateways with other hosts, of new tls ports. */
  async #renewSecrets(before: RunPlan, plan: RunPlan, updates: readonly Update[]): Promise<void> {
    const known = new Set(before.ir.externals.map(({ key, host }) => `${key} ${host}`));
    const fresh = plan.ir.externals.filter(({ key, host }) => !known.has(`${key} ${host}`));
    await this.#secrets.writeOutside(fresh);
    const [old, next] = [ownersOf(before.ir), ownersOf(plan.ir)];
    await Promise.all(
      updates.map(async ({ proxy: { name, owner: id } }) => {
        const [was, owner] = [old.get(id) as Owner, next.get(id) as Owner];
        if (fresh.length > 0) await this.#secrets.writeExternalRoots(name, plan.ir.externals);
        if ("ports" in owner && speaksTls(owner) && !speaksTls(was)) await this.#secrets.writeWorkload(name, owner);
        if ("listeners" in owner && !hasListenersOf(owner, was)) await this.#secrets.writeEdges(name, owner);
      }),
    );
  }

  /**
   * Identities that a change gives to proxies that run, while their callers and callees accept both; the last phase ends that.
   * A connection that is open keeps what it began with, at both ends.
   */
  async #renewIdentities(before: RunPlan, plan: RunPlan, updates: readonly Update[]): Promise<void> {
    const [old, next] = [ownersOf(before.ir), ownersOf(plan.ir)];
    await Promise.all(
      updates.map(async ({ proxy: { name, owner: id }, place }) => {
        const owner = next.get(id) as Owner;
        if (old.get(id)?.identity === owner.identity) return;
        await this.#secrets.writeIdentity(name, owner);
        await untilShown(place, owner.identity);
      }),
    );
  }

  /** Whoever changes the mesh next waits for it. */
  #removeLater(before: RunPlan, plan: RunPlan, updates: readonly Update[]): void {
    this.#removing = this.#remove(before, plan, updates).catch(() => {});
  }

  /** Last and unhurried: what no route uses any more goes when no request uses it. A proxy that has ended keeps no other waiting. */
  async #remove(before: RunPlan, plan: RunPlan, updates: readonly Update[]): Promise<void> {
    const last = phasesNamed("remove", updates);
    const backOff = longestBackOff(before.ir);
    await Promise.allSettled(last.map(({ place, phase }) => untilIdle(place.directory, phase.clusters, backOff)));
    await Promise.allSettled(last.map(({ place, phase }) => applyPhase(place, phase)));
    const stay = new Set(plan.proxies.map(({ name }) => name));
    const had = new Set([...before.proxies.map(({ name }) => name), ...this.#proxies.pids.keys()]);
    await this.#endLeft(
      before,
      [...had].filter((name) => !stay.has(name)),
    );
    await this.#workloads.serve(plan);
  }

  /** Ends proxies as their callers leave them; the end of one may be what another waits for. */
  async #endLeft(plan: RunPlan, gone: readonly string[]): Promise<void> {
    let waiting = gone;
    for (const end = Date.now() + PATIENCE; waiting.length > 0 && Date.now() < end; ) {
      const left = await Promise.all(waiting.map((name) => this.#isLeft(plan, name)));
      await Promise.all(waiting.filter((_, index) => left[index]).map((name) => this.#proxies.end(name)));
      waiting = waiting.filter((_, index) => !left[index]);
      if (waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(waiting.map((name) => this.#proxies.end(name)));
  }

  /** Has every caller of a sidecar hung up? Who calls a gateway is not ours to move, and it ends without waiting for them. */
  async #isLeft({ ir, placement, proxies }: RunPlan, name: string): Promise<boolean> {
    const proxy = proxies.find((one) => one.name === name);
    const owner = ir.services.find(({ id }) => id === proxy?.owner);
    if (proxy === undefined || owner === undefined) return true;
    // Who connected just now counts, too.
    await untilWorkerTook(placement.metrics(name), PATIENCE);
    const doors = owner.ports.map((port) => placement.inbound(owner.id, proxy.version, port.name));
    return isLeft(proxyDirectory(this.directory, name), doors);
  }
}

type Owner = ServiceIr | GatewayIr;

const ownersOf = ({ services, gateways }: MeshIr): ReadonlyMap<string, Owner> =>
  new Map([...services, ...gateways].map((owner) => [owner.id, owner]));

const hasListenersOf = (owner: GatewayIr, was: Owner): boolean =>
  "listeners" in was && JSON.stringify(owner.listeners) === JSON.stringify(was.listeners);

/** Does its application speak TLS itself? */
const speaksTls = (owner: Owner): boolean => "ports" in owner && owner.ports.some(({ protocol }) => protocol === "tls");

/** A proxy that stays, and what is to do there. */
interface Update {
  readonly proxy: RenderedProxy;
  readonly place: ProxyPlace;
  readonly phases: readonly Phase[];
}

/** The phases that bring requests to where they shall go. */
const MOVING = ["add", "listen", "route"] as const;

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
