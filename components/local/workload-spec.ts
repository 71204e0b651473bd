/** Owns the types of the file that tells the workload process which stand-ins to host. Types only; our runner writes the file. */

/** HTTP stand-ins answer with a report; tcp and tls ones send one line and echo. */
export type PortProtocol = "http" | "http2" | "grpc" | "tcp" | "tls";

export interface WorkloadsSpec {
  readonly workloads: readonly WorkloadSpec[];
  readonly externals: readonly ExternalSpec[];
}

export interface WorkloadSpec {
  readonly id: string;
  readonly service: string;
  readonly version: string | null;
  /** SPIFFE id, for the report only: the sidecar holds the certificate. */
  readonly identity: string;
  readonly ports: readonly PortSpec[];
  readonly calls: readonly CallSpec[];
}

export interface PortSpec {
  readonly name: string;
  readonly protocol: PortProtocol;
  /** A unix socket, which only a sidecar on this machine knows; or a port of every address, as an application in a pod has it. */
  readonly listen: { readonly path: string } | { readonly port: number };
  /** PEM files; certificate and key are required for tls, a CA makes a client certificate required. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface CallSpec {
  /** Authority to call, for example `reviews.shop`. */
  readonly name: string;
  readonly protocol: PortProtocol;
  /** The outbound listener of the caller's sidecar. */
  readonly via: { readonly host: string; readonly port: number };
  /** PEM file to verify the callee of a tls call with; without it such a call is reported as failed. */
  readonly caFile?: string | undefined;
}

/** A stand-in for a host outside the mesh. */
export interface ExternalSpec {
  readonly host: string;
  /** Where it listens. @default loopback */
  readonly address?: string | undefined;
  readonly port: number;
  /** What it speaks on the wire. @default https */
  readonly serves?: "http" | "http2" | "https" | "tcp" | "tls" | undefined;
  readonly certFile: string;
  readonly keyFile: string;
}
