/** Files of tests, each a suite of its own that is loaded when it is first needed. */
import { setTimeout } from "node:timers/promises";
import { EnvoyRenderer } from "../../components/engines/envoy/render.ts";
import type { MeshIr } from "../../components/ir/mesh-ir.ts";
import { CannotTell } from "./serve-mutants.ts";
import { type Failure, Suite } from "./suite.ts";

const TIMES = 3;

/** Others on this machine run proxies, too; theirs end. */
const MACHINE_LIMIT = "inotify instances";
/** @unit minutes */
const MOST_WAITED = 5;

export class BehaviourTests {
  readonly #suites = new Map<string, Promise<Suite>>();

  /** The test of a file that fails, and fails each time: a busy machine is no mutant, even if it lets another one fail first. */
  async failure(file: string): Promise<string | undefined> {
    const times = new Map<string, number>();
    for (;;) {
      const failed = await this.#run(file);
      if (failed === undefined) return undefined;
      const { test, message } = failed;
      times.set(test, (times.get(test) ?? 0) + 1);
      if (times.get(test) === TIMES) return `${test}: ${message}`;
    }
  }

  /** And the meshes that it renders. */
  async watch(file: string): Promise<{ readonly failed: string | undefined; readonly meshes: readonly MeshIr[] }> {
    const meshes = new Set<MeshIr>();
    const { render } = EnvoyRenderer.prototype;
    EnvoyRenderer.prototype.render = function (mesh) {
      meshes.add(mesh);
      return render.call(this, mesh);
    };
    try {
      return { failed: await this.failure(file), meshes: [...meshes] };
    } finally {
      EnvoyRenderer.prototype.render = render;
    }
  }

  async #run(file: string): Promise<Failure | undefined> {
    let suite = this.#suites.get(file);
    if (suite === undefined) this.#suites.set(file, (suite = Suite.load([file])));
    for (const until = Date.now() + MOST_WAITED * 60_000; Date.now() < until; await setTimeout(1_000)) {
      const failed = await (await suite).run();
      if (failed === undefined || !failed.message.includes(MACHINE_LIMIT)) return failed;
    }
    throw new CannotTell(
      `${file} needs more ${MACHINE_LIMIT} than were free for ${MOST_WAITED} minutes: ` +
        "end other proxies of this user, or raise fs.inotify.max_user_instances",
    );
  }
}
