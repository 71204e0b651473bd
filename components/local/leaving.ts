/**
 * When what a change of the mesh no longer needs may go without costing a request. Two views of the same requests: a caller knows
 * which of its clusters has one on its way, a callee knows who is connected.
 */
import type { SocketAddress } from "../engines/envoy/placement.ts";
import type { MeshIr, RouteIr } from "../ir/mesh-ir.ts";
import { readStats } from "./admin.ts";

/** At most as long as a request may take by default. @unit milliseconds */
export const PATIENCE = 15_000;

/**
 * Until no request of a proxy is on its way through these clusters. They must be idle for so long as a request may wait between
 * two tries: Envoy does not count it meanwhile, and answers 503 to one whose cluster is gone when it wants to try again.
 */
export async function untilIdle(directory: string, clusters: readonly string[], backOff: number): Promise<void> {
  if (clusters.length === 0) return;
  const names = new Set(clusters.map((name) => `cluster.${name.replaceAll(":", "_")}.upstream_rq_active`));
  let idleSince = Date.now();
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(25)) {
    const stats = await readStats(directory, "upstream_rq_active");
    const idle = [...stats].every(([name, count]) => count === "0" || !names.has(name));
    if (!idle) idleSince = Date.now();
    else if (Date.now() - idleSince >= backOff) return;
  }
}

/**
 * Is nobody connected to these listeners of a proxy? Callers hang up once their last request has its answer. A proxy that has
 * ended by itself is left, too.
 */
export async function isLeft(directory: string, listeners: readonly SocketAddress[]): Promise<boolean> {
  const stats = await readStats(directory, "downstream_cx_active").catch(() => undefined);
  if (stats === undefined) return true;
  return listeners.every(({ host, port }) => stats.get(`listener.${host}_${port}.downstream_cx_active`) === "0");
}

/** The longest time that a request of this mesh can spend between its tries. @unit milliseconds */
export function longestBackOff({ services, gateways }: MeshIr): number {
  const tables = [...services.flatMap(({ routes }) => routes), ...gateways.flatMap(({ hosts }) => hosts)];
  return Math.max(0, ...tables.flatMap(({ routes }) => routes).map(backOffOf));
}

/** @source Envoy, router filter, x-envoy-max-retries: before try N up to base × (2^N − 1), at most `max` */
const backOffOf = ({ retries: { attempts, backOff } }: RouteIr): number =>
  Array.from({ length: attempts }, (_, index) => Math.min(backOff.max, backOff.base * (2 ** (index + 1) - 1))).reduce(
    (sum, wait) => sum + wait,
    0,
  );

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
