/**
 * The headers that proxies own: they write them, whatever a mesh says, so a verdict leaves them out and a comparison does, too.
 * This list is the whole of what the proof does not look at.
 */
import { AUDIT_HEADER, DRAW_HEADER, PROOF_HEADER } from "./observations.ts";

/** Of requests, as a workload receives them. */
export const OWNED_OF_REQUESTS: ReadonlySet<string> = new Set([
  // Who called, by certificate.
  "x-forwarded-client-cert",
  // How the request came to the first proxy.
  "x-forwarded-proto",
  "x-forwarded-for",
  "x-envoy-external-address",
  // Made up where it is missing.
  "x-request-id",
  // Framing and the connection between two hops.
  "content-length",
  "transfer-encoding",
  "connection",
  "te",
  PROOF_HEADER,
  DRAW_HEADER,
  AUDIT_HEADER,
]);

/** Of answers, as a caller receives them. */
export const OWNED_OF_ANSWERS: ReadonlySet<string> = new Set([
  "date",
  // A gateway's own name; a sidecar passes the workload's.
  "server",
  "content-length",
  "transfer-encoding",
  "connection",
  // The proof's own, as workloads are told to send it.
  "grpc-status",
]);

/** Of answers that a proxy makes by itself. */
export const OWNED_OF_OWN_ANSWERS: ReadonlySet<string> = new Set([
  ...OWNED_OF_ANSWERS,
  // text/plain where there is a body.
  "content-type",
]);
