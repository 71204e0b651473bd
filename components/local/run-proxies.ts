/** The Envoy processes of a run: one at most for each proxy, known to the watchdog for as long as it runs. */
import { rm } from "node:fs/promises";
import type { RenderedProxy } from "../engines/envoy/render.ts";
import { needsRestart } from "../engines/envoy/update.ts";
import { type ProxyProcess, startProxy, untilReady } from "./proxy-process.ts";
import { proxyDirectory } from "./run-plan.ts";
import type { Watchdog } from "./watchdog.ts";

/** How many proxies start at a time: each takes a core for a moment. */
const AT_ONCE = 8;

interface Started {
  readonly process: ProxyProcess;
  /** As it was when it started. */
  readonly proxy: RenderedProxy;
}

export class RunProxies {
  readonly #directory: string;
  readonly #envoy: string;
  readonly #watchdog: Watchdog;
  readonly #onLost: (name: string) => void;
  readonly #started = new Map<string, Started>();

  /** @param onLost told of a proxy that was ready and has ended by itself */
  constructor(directory: string, envoy: string, watchdog: Watchdog, onLost: (name: string) => void) {
    this.#directory = directory;
    this.#envoy = envoy;
    this.#watchdog = watchdog;
    this.#onLost = onLost;
  }

  /** By name. */
  get pids(): ReadonlyMap<string, number> {
    return new Map([...this.#started].map(([name, { process }]) => [name, process.pid]));
  }

  /** Not, if it has ended by itself, or if it is a sidecar and shall be a gateway of that name. */
  runs({ name, kind }: RenderedProxy): boolean {
    const started = this.#started.get(name);
    return started?.proxy.kind === kind && started.process.isRunning;
  }

  /** The names of those that started with another bootstrap: until they start again, they keep what stands there. */
  outdated(proxies: readonly RenderedProxy[]): readonly string[] {
    const isOutdated = ({ name, files }: RenderedProxy) =>
      needsRestart(this.#started.get(name)?.proxy.files ?? files, files);
    return proxies.filter(isOutdated).map(({ name }) => name);
  }

  /** Starts proxies whose files are there. Where one cannot be started it throws, and none of those that do not run yet is on its way. */
  async start(proxies: readonly RenderedProxy[], onReady: (count: number) => void): Promise<void> {
    let ready = 0;
    const queue = [...proxies];
    const worker = async () => {
      for (let proxy = queue.shift(); proxy !== undefined; proxy = queue.shift()) {
        await this.#startOne(proxy);
        onReady(++ready);
      }
    };
    const workers = Array.from({ length: AT_ONCE }, () =>
      worker().catch((error: unknown) => {
        queue.length = 0;
        throw error;
      }),
    );
    const failure = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }

  async #startOne(proxy: RenderedProxy): Promise<void> {
    const directory = proxyDirectory(this.#directory, proxy.name);
    // Whatever has its name: never two in one folder.
    await this.stop(proxy.name);
    const process = startProxy(this.#envoy, directory);
    this.#watchdog.process(process.pid);
    this.#started.set(proxy.name, { process, proxy });
    try {
      await untilReady(directory, process);
    } catch (error) {
      await this.stop(proxy.name);
      throw error;
    }
    void process.ended.then(() => {
      if (!process.isStopped) this.#onLost(proxy.name);
    });
  }

  /** Ends a proxy, if it runs, and leaves its folder. */
  async stop(name: string): Promise<void> {
    const process = this.#started.get(name)?.process;
    if (process === undefined) return;
    await process.stop();
    this.#started.delete(name);
    this.#watchdog.release(process.pid);
  }

  /** Ends a proxy that nothing needs any more. */
  async end(name: string): Promise<void> {
    await this.stop(name);
    await rm(proxyDirectory(this.#directory, name), { recursive: true, force: true });
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#started.keys()].map((name) => this.stop(name)));
  }
}
