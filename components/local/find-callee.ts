/** Whom the authority of a probe means. */
import { hostsOf } from "../ir/hosts.ts";
import type { MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import type { PortIr } from "../ir/port.ts";

/** By key, or as callers spell it; names of hosts know no capitals. */
export const findCallee = ({ services }: MeshIr, host: string): ServiceIr | undefined =>
  services.find(({ key }) => key.toLowerCase() === host) ??
  services.find(({ name, namespace }) => hostsOf(name, namespace, true).includes(host));

/** Where none is written: the only one, or 80. */
export function findPort({ ports }: Pick<ServiceIr, "ports">, written: string | undefined): PortIr | undefined {
  const [first] = ports;
  if (written === undefined && ports.length === 1) return first;
  return ports.find(({ number }) => number === Number(written ?? 80));
}
