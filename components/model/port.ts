/** Ports of services and of external services, as users write them. */

interface PortOptions {
  /** Where the workload listens. @default the port itself */
  readonly target?: number | undefined;
}

export type HttpPort = { readonly kind: "http"; readonly number: number; readonly target?: number | undefined };
export type Http2Port = { readonly kind: "http2"; readonly number: number; readonly target?: number | undefined };
export type GrpcPort = { readonly kind: "grpc"; readonly number: number; readonly target?: number | undefined };
export type TcpPort = { readonly kind: "tcp"; readonly number: number; readonly target?: number | undefined };
/** The application speaks TLS itself; the mesh carries it without looking inside. */
export type TlsPort = { readonly kind: "tls"; readonly number: number; readonly target?: number | undefined };

/** A port and its protocol: a closed union, since a guessed protocol is the most common cause of hanging connections. */
export type Port = HttpPort | Http2Port | GrpcPort | TcpPort | TlsPort;

/** @example ports: { http: http(80, { target: 8080 }) } */
export const http = (number: number, options: PortOptions = {}): HttpPort => ({ kind: "http", number, ...options });
/** HTTP/2 without TLS and without negotiation. */
export const http2 = (number: number, options: PortOptions = {}): Http2Port => ({ kind: "http2", number, ...options });
export const grpc = (number: number, options: PortOptions = {}): GrpcPort => ({ kind: "grpc", number, ...options });
export const tcp = (number: number, options: PortOptions = {}): TcpPort => ({ kind: "tcp", number, ...options });
export const tls = (number: number, options: PortOptions = {}): TlsPort => ({ kind: "tls", number, ...options });
