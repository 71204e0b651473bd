/** Ports and versions of services in the IR. */
import type { PortNumber } from "../values/port.ts";

/** A closed union: a protocol is declared, never guessed. */
export type Protocol = "http" | "http2" | "grpc" | "tcp" | "tls";

export interface PortIr {
  readonly name: string;
  /** What callers ask for. */
  readonly number: PortNumber;
  /** Where the workload listens. */
  readonly target: PortNumber;
  readonly protocol: Protocol;
}

export interface VersionIr {
  readonly name: string;
  /** The labels of its workloads. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Does the proxy look into the requests of this port? */
export const speaksHttp = ({ protocol }: PortIr): boolean =>
  protocol === "http" || protocol === "http2" || protocol === "grpc";

/** Does the workload behind this port expect HTTP/2 without negotiation? */
export const speaksHttp2 = ({ protocol }: PortIr): boolean => protocol === "http2" || protocol === "grpc";
