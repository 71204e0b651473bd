/** External services, as users write them: `externals`. What is not declared here cannot be reached. */

import type { Port } from "../../model/port.ts";
import type { SecretRef } from "../../values/secret-ref.ts";

/**
 * The caller's proxy speaks TLS to the server and verifies its certificate and name; the application speaks plain HTTP to its proxy.
 */
export type VerifiedTls = {
  readonly kind: "verified";
  /** The certificates that may sign the server's. @default the system's */
  readonly roots?: SecretRef | undefined;
};

/** Nobody verifies anybody. For the few servers that have no TLS, never for secrets. */
export type Plaintext = { readonly kind: "plaintext" };

export type ExternalTls = VerifiedTls | Plaintext;

/** Without roots its type has none: a target that cannot take roots of one's own still takes the system's. */
export function verified(): { readonly kind: "verified" };
export function verified(options: { readonly roots: SecretRef }): VerifiedTls & typeof options;
export function verified(options: { readonly roots?: SecretRef } = {}): VerifiedTls {
  return { kind: "verified", ...options };
}

export const plaintext = (): Plaintext => ({ kind: "plaintext" });

/**
 * @engines envoy cluster with UpstreamTlsContext · istio `ServiceEntry`, `DestinationRule.tls` · linkerd `EgressNetwork` · consul `TerminatingGateway`
 * @source engines.md A, Egress / external
 */
export type ExternalFields = {
  /** The server's name in DNS and in its certificate. */
  readonly host: string;
  /** By name. A `tls` port carries the application's own TLS; on others the proxy speaks TLS, see `tls`. */
  readonly ports: Readonly<Record<string, Port>>;
  /** @default verified() */
  readonly tls?: ExternalTls | undefined;
};
