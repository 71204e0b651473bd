/**
 * The stand-ins of a run over its whole life: takes one list after another, opens what is new, closes what is gone, and leaves
 * what stays untouched, so that a change of the mesh never costs a request.
 */
import { startWorkloads, type Workloads } from "./workload.ts";
import type { ExternalSpec, WorkloadSpec, WorkloadsSpec } from "./workload-spec.ts";
import type { FailureCounts } from "./workload-steering.ts";

interface Hosted {
  /** Its calls may change while it listens: the server reads them with each request. */
  readonly spec: { -readonly [K in keyof WorkloadSpec]: WorkloadSpec[K] };
  readonly listening: Workloads;
}

export class WorkloadHost {
  readonly #counts: FailureCounts = new Map();
  readonly #workloads = new Map<string, Hosted>();
  readonly #externals = new Map<string, Workloads>();

  /** Resolves when exactly this list is served. */
  async serve({ workloads, externals }: WorkloadsSpec): Promise<void> {
    await Promise.all([
      ...workloads.map((spec) => this.#keepOrOpen(spec)),
      ...externals.map((spec) => this.#openExternal(spec)),
    ]);
    const kept = new Set(workloads.map(keyOf));
    const keptOutside = new Set(externals.map((spec) => JSON.stringify(spec)));
    await Promise.all(
      [...this.#workloads]
        .filter(([key]) => !kept.has(key))
        .map(([key, hosted]) => close(this.#workloads, key, hosted.listening)),
    );
    await Promise.all(
      [...this.#externals]
        .filter(([key]) => !keptOutside.has(key))
        .map(([key, listening]) => close(this.#externals, key, listening)),
    );
  }

  async #keepOrOpen(wanted: WorkloadSpec): Promise<void> {
    const hosted = this.#workloads.get(keyOf(wanted));
    if (hosted !== undefined) {
      hosted.spec.calls = wanted.calls;
      return;
    }
    const spec = { ...wanted };
    const listening = await startWorkloads({ workloads: [spec], externals: [] }, this.#counts);
    this.#workloads.set(keyOf(wanted), { spec, listening });
  }

  async #openExternal(spec: ExternalSpec): Promise<void> {
    const key = JSON.stringify(spec);
    if (!this.#externals.has(key))
      this.#externals.set(key, await startWorkloads({ workloads: [], externals: [spec] }, this.#counts));
  }
}

/** Who it is and where it listens. */
const keyOf = ({ calls: _, ...rest }: WorkloadSpec): string => JSON.stringify(rest);

async function close<V>(map: Map<string, V>, key: string, listening: Workloads): Promise<void> {
  map.delete(key);
  await listening.close();
}
