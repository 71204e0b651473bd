/**
 * Deployments of a small mesh that something befalls: Pulumi's real engine, the real API server, and the proxy before it. What counts in
 * the end is that cluster and state are those of a deployment that nothing befell.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Provider } from "@pulumi/kubernetes";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { existing, MeshPlatform, renderMesh } from "meshwright/pulumi";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "../kubernetes.ts";
import type { Parts } from "../parts/find-parts.ts";
import { ProcessGroup } from "../process-group.ts";
import { accessOf } from "../pulumi/access-of.ts";
import { finalize } from "../pulumi/kubernetes-double.ts";
import { type PulumiEngine, startEngine } from "../pulumi/pulumi-engine.ts";
import type { PulumiParts } from "../pulumi/pulumi-part.ts";
import { unstored } from "../pulumi/stored-object.ts";
import { storedObjects } from "../stored-objects.ts";
import { ApiProxy } from "./api-proxy.ts";
import { type Stage, small } from "./small-mesh.ts";

/** What is left of a deployment. */
export interface Left {
  readonly cluster: string;
  readonly state: string;
}

export interface UpOptions {
  /** As `docs/pulumi.md` tells who takes up a deployment that was cut off. */
  readonly recovering?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export class Deployments {
  readonly kubernetes: Kubernetes;
  readonly proxy: ApiProxy;
  readonly providers: string;
  readonly #group: ProcessGroup;
  readonly #usual: PulumiEngine;
  readonly #adopting: PulumiEngine;
  readonly #stacks = new Map<string, Stack>();
  #stage: Stage = "before";

  private constructor(
    group: ProcessGroup,
    kubernetes: Kubernetes,
    proxy: ApiProxy,
    usual: PulumiEngine,
    adopting: PulumiEngine,
  ) {
    this.#group = group;
    this.kubernetes = kubernetes;
    this.proxy = proxy;
    this.#usual = usual;
    this.#adopting = adopting;
    this.providers = usual.providers;
  }

  static async start(parts: Parts<"etcd" | "kube-apiserver" | "istio-crds"> & PulumiParts): Promise<Deployments> {
    const group = await ProcessGroup.create();
    const kubernetes = await startKubernetes(group, parts);
    await applyCrds(kubernetes.api, [parts["istio-crds"]]);
    await applyAll(kubernetes.api, [namespace("istio-system")]);
    const proxy = await ApiProxy.start(await accessOf(kubernetes), group.directory);
    const usual = await startEngine(group, parts, proxy.access);
    const adopting = await startEngine(group, parts, proxy.access, {
      PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true",
    });
    return new Deployments(group, kubernetes, proxy, usual, adopting);
  }

  async stop(): Promise<void> {
    this.proxy.stop();
    this.kubernetes.api.close();
    await this.#group.stop();
  }

  /** Undefined: it went well; else what Pulumi said. */
  async up(
    name: string,
    stage: Stage,
    { recovering = false, settings = {} }: UpOptions = {},
  ): Promise<string | undefined> {
    if (recovering) await this.#mendState(name);
    const stack = await this.#stack(name, stage, recovering, settings);
    if (recovering && (await this.#isInterrupted(name))) {
      await stack.cancel().catch(() => undefined);
      await stack.refresh({ clearPendingCreates: true, suppressOutput: true } as never);
    }
    for (;;) {
      const problem = await said(stack.up({ suppressOutput: true } as never));
      if (!problem?.includes(UNREACHED)) return problem;
    }
  }

  /** `kill -9`, once the CLI has run for a while. */
  async upKilled(name: string, stage: Stage, after: number, settings: UpOptions["settings"] = {}): Promise<void> {
    const stack = await this.#stack(name, stage, false, settings);
    const ended = said(stack.up({ suppressOutput: true } as never));
    let killing: Promise<void> | undefined;
    const timer = setTimeout(() => (killing = killCli()), after);
    await ended;
    clearTimeout(timer);
    // Else it would still be looking when the next command runs.
    await killing;
  }

  /** What a preview shows of each object. */
  async preview(name: string, stage: Stage): Promise<readonly object[]> {
    const stack = await this.#stack(name, stage, false, {});
    const shown: object[] = [];
    const onEvent = ({ resourcePreEvent }: EngineEvent) => shown.push(resourcePreEvent?.metadata.new?.inputs ?? {});
    await stack.preview({ onEvent, suppressOutput: true } as never);
    return shown;
  }

  /** Empties the cluster for the next. What the state does not know would be there again, and be found in the next comparison. */
  async wipe(): Promise<void> {
    const { api } = this.kubernetes;
    for (const object of [...(await storedObjects(api)), namespace("small")]) await api.delete(object);
    await finalize(api, "small");
  }

  async left(name: string): Promise<Left> {
    const cluster = (await storedObjects(this.kubernetes.api)).map((object) => JSON.stringify(object)).sort();
    return { cluster: cluster.join("\n"), state: stateOf(await this.#deployment(name), name) };
  }

  /** Operations of which Pulumi does not know how they ended. */
  async pending(name: string): Promise<number> {
    return (await this.#deployment(name)).pending_operations?.length ?? 0;
  }

  /** As the backend of files keeps it. */
  async #deployment(name: string): Promise<Deployment> {
    const text = await readFile(join(this.#usual.state, `.pulumi/stacks/faults/${name}.json`), "utf8").catch(
      () => "{}",
    );
    return (JSON.parse(text) as { readonly checkpoint?: { readonly latest?: Deployment } }).checkpoint?.latest ?? {};
  }

  /** Killed while it wrote what belongs to the state file, Pulumi leaves that empty, and then reads no state. */
  async #mendState(name: string): Promise<void> {
    const attributes = join(this.#usual.state, `.pulumi/stacks/faults/${name}.json.attrs`);
    const text = await readFile(attributes, "utf8").catch(() => undefined);
    if (text === "") await rm(attributes);
  }

  /** A killed command line leaves its lock, and what it was about to do. */
  async #isInterrupted(name: string): Promise<boolean> {
    const locks = await readdir(join(this.#usual.state, `.pulumi/locks/organization/faults/${name}`)).catch(() => []);
    return locks.length > 0 || (await this.pending(name)) > 0;
  }

  async #stack(name: string, stage: Stage, recovering: boolean, settings: UpOptions["settings"] = {}): Promise<Stack> {
    this.#stage = stage;
    const key = JSON.stringify([name, recovering, settings]);
    const engine = recovering ? this.#adopting : this.#usual;
    const program = () => Promise.resolve(this.#program(this.#stage));
    const stack = this.#stacks.get(key) ?? (await engine.stack("faults", name, program, settings));
    this.#stacks.set(key, stack);
    return stack;
  }

  #program(stage: Stage): void {
    const provider = new Provider("cluster", { kubeconfig: this.proxy.kubeconfig });
    const controlPlane = existing({ revision: "stable", version: "1.31.4", rootNamespace: "istio-system" });
    new MeshPlatform(
      "small",
      { mesh: renderMesh(small[stage], { environment: "default" }), controlPlane },
      { provider },
    );
  }
}

/** On a busy machine Pulumi's engine does not always reach the program, which runs in this process. That befell the suite, not the mesh. */
const UNREACHED = "14 UNAVAILABLE: No connection established";

const said = (operation: Promise<unknown>): Promise<string | undefined> =>
  operation.then(
    () => undefined,
    (error: Error) => error.message,
  );

/** The processes of ours that run Pulumi's command line. */
async function killCli(): Promise<void> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const [status, command] = await Promise.all([read(pid, "status"), read(pid, "cmdline")]);
    if (/^PPid:\s+(\d+)$/m.exec(status)?.[1] !== String(process.pid)) continue;
    if (/(?:^|\/)pulumi\0/.test(command)) process.kill(Number(pid), "SIGKILL");
  }
}

const read = (pid: string, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");

interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: object;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly parent?: string;
  }[];
  readonly pending_operations?: readonly unknown[];
}

/** Without what differs from run to run: times, the number that a provider is given, and what the cluster called an object. */
function stateOf({ resources = [], pending_operations: pending = [] }: Deployment, name: string): string {
  const lines = resources.map(({ urn, type, inputs = {}, outputs = {}, parent = "" }) =>
    type.startsWith("pulumi:providers:") ? urn : JSON.stringify([urn, inputs, unstored(outputs), parent]),
  );
  return [...lines.sort(), JSON.stringify(pending)].join("\n").replaceAll(name, "stack");
}
