/** Which port serves which purpose during a run. A purpose keeps its port over every change of the mesh. */
import type { SocketAddress } from "../engines/envoy/placement.ts";
import { freePorts, isFree } from "./ports.ts";

export class PortBook {
  readonly #ports = new Map<string, number>();

  /** Gives a port to each purpose that has none; a wish is granted where that port is free. */
  async assign(purposes: Iterable<string>, wishes: ReadonlyMap<string, number> = new Map()): Promise<void> {
    const missing = [...new Set(purposes)].filter((purpose) => !this.#ports.has(purpose));
    for (const purpose of missing) {
      const wish = wishes.get(purpose);
      if (wish !== undefined && ![...this.#ports.values()].includes(wish) && (await isFree(wish)))
        this.#ports.set(purpose, wish);
    }
    const rest = missing.filter((purpose) => !this.#ports.has(purpose));
    const ports = await freePorts(rest.length);
    for (const [index, purpose] of rest.entries()) this.#ports.set(purpose, ports[index] as number);
  }

  readonly at = (purpose: string): SocketAddress => {
    const port = this.#ports.get(purpose);
    if (port === undefined) throw new Error(`MW9003 no port was assigned for ${purpose}`);
    return { host: "127.0.0.1", port };
  };
}
