/**
 * Many meshes on one machine without asking for free ports: each mesh has a loopback address of its own (all of 127.0.0.0/8 is this
 * machine's on Linux), and counts its ports from the first. Workloads are unix sockets in one folder.
 */
import {
  type Address,
  type Placement,
  placementOf,
  type SocketAddress,
} from "../../../components/engines/envoy/placement.ts";
import type { ServiceId } from "../../../components/ir/mesh-ir.ts";

const FIRST_PORT = 10_001;

export interface LoopbackPlacement extends Placement {
  workload(service: ServiceId, version: string | undefined, port: string): Extract<Address, { readonly pipe: string }>;
}

/** @param sockets what the paths of all sockets begin with, short: a socket's path has at most 107 characters */
export function loopbackPlacement(host: string, sockets: string): LoopbackPlacement {
  const numbers = new Map<string, number>();
  const numberOf = (purpose: string): number => {
    const known = numbers.get(purpose) ?? numbers.size;
    numbers.set(purpose, known);
    return known;
  };
  const at = (purpose: string): SocketAddress => ({ host, port: FIRST_PORT + numberOf(purpose) });
  return {
    ...placementOf(at, "rendered"),
    workload: (service, version, port) => ({
      pipe: `${sockets}${numberOf(`workload ${service} ${version ?? ""} ${port}`)}`,
    }),
  };
}
