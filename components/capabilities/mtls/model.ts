/** Mutual TLS, as users write it for a mesh or for one service: `mtls`. */
import type { CalendarDate } from "../../values/calendar-date.ts";

/** Callers without a certificate of the mesh are refused. The default. */
export type StrictMtls = { readonly kind: "strict" };

/** Plaintext is accepted beside mutual TLS, for a migration that has an end. */
export type PermissiveMtls = {
  readonly kind: "permissive";
  /**
   * The last day. Checks warn 14 days before and fail afterwards; the output never changes by itself.
   *
   * @unit calendar date
   */
  readonly until: CalendarDate;
};

/**
 * What a service accepts from its callers. Written for the mesh it is the default of every service.
 * Callers inside the mesh always use mutual TLS and always verify the identity of the service they call.
 *
 * @default strict
 * @engines envoy `DownstreamTlsContext.require_client_certificate` · istio `PeerAuthentication.mtls.mode`
 * @source engines.md A, mTLS modes
 */
export type MtlsFields = StrictMtls | PermissiveMtls;

export const strict = (): StrictMtls => ({ kind: "strict" });

/** @example mtls: permissive({ until: "2027-01-31" }) */
export const permissive = <const D extends CalendarDate>(options: { readonly until: D }): PermissiveMtls => ({
  kind: "permissive",
  until: options.until,
});
