/**
 * The stand-ins of a run over its whole life: takes one list after another, opens what is new, closes what is gone, and leaves
 * what stays untouched, so that a change of the mesh never costs a request.
 */
import { openExternal, openPort } from "./workload.ts";
import type { Listener } from "./workload-listener.ts";
import type { ExternalSpec, PortSpec, WorkloadSpec, WorkloadsSpec } from "./workload-spec.ts";
import type { FailureCounts } from "./workload-steering.ts";

/** What shall listen at an address. */
interface Wanted {
  readonly address: string;
  /** Another text is another server. */
  readonly server: string;
  open(): Promise<Listener>;
}

interface Opened {
  readonly server: string;
  readonly listener: Listener;
}

export class WorkloadHost {
  readonly #counts: FailureCounts = new Map();
  /** Who each stand-in is by now. Its servers look here with each request: another identity or another call reopens nothing. */
  readonly #workloads = new Map<string, WorkloadSpec>();
  /** By address. */
  readonly #opened = new Map<string, Opened>();

  /** Resolves when exactly this list is served. Where something cannot be opened, what was served before is served on, and it throws. */
  async serve({ workloads, externals }: WorkloadsSpec): Promise<void> {
    const wanted = [...workloads.flatMap((workload) => this.#portsOf(workload)), ...externals.map(wantedOutside)];
    const opening = await Promise.allSettled(wanted.map((one) => this.#keepOrOpen(one)));
    const failure = opening.find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    const addresses = new Set(wanted.map(({ address }) => address));
    for (const address of this.#opened.keys()) if (!addresses.has(address)) this.#leave(address);
    const ids = new Set(workloads.map(({ id }) => id));
    for (const id of this.#workloads.keys()) if (!ids.has(id)) this.#workloads.delete(id);
  }

  #portsOf(spec: WorkloadSpec): Wanted[] {
    const workload = Object.assign(this.#workloads.get(spec.id) ?? {}, spec);
    this.#workloads.set(spec.id, workload);
    return spec.ports.map((port) => ({
      address: addressOf(port),
      server: JSON.stringify([spec.id, port]),
      open: () => openPort(workload, port, this.#counts),
    }));
  }

  async #keepOrOpen({ address, server, open }: Wanted): Promise<void> {
    if (this.#opened.get(address)?.server === server) return;
    // Another server at the same address: the old one must let go of it first.
    this.#leave(address);
    this.#opened.set(address, { server, listener: await open() });
  }

  #leave(address: string): void {
    this.#opened.get(address)?.listener.leave();
    this.#opened.delete(address);
  }
}

const addressOf = ({ listen }: PortSpec): string => ("path" in listen ? listen.path : String(listen.port));

const wantedOutside = (spec: ExternalSpec): Wanted => ({
  address: `${spec.address ?? ""}:${spec.port}`,
  server: JSON.stringify(spec),
  open: () => openExternal(spec),
});
