/**
 * The documents that the support tables cite, each with its version and the date on which it was read, and the cells of those tables.
 */
import type { Evidence, Full, None, Partly, Since } from "./support.ts";

export const ISTIO_API = { source: "istio.io/api v1.31.4, networking/v1 and security/v1", read: "2026-11-23" } as const;
export const ISTIO_SOURCE = {
  source: "istio/istio 1.31 (eed52ebb66ad), pilot and pkg/config/validation",
  read: "2026-11-24",
} as const;
export const ISTIO_RUN = { source: "istiod 1.31 (eed52ebb66ad) and Envoy 1.40.0, run", read: "2026-11-28" } as const;
export const LINKERD_DOCS = { source: "linkerd/website linkerd.io/content/2-edge (2.20)", read: "2026-08-22" } as const;
export const LINKERD_SOURCE = {
  source: "linkerd/linkerd2 version-2.20, policy-controller",
  read: "2026-08-22",
} as const;
export const CONSUL_CRDS = {
  source: "hashicorp/consul-k8s v2.0.3, control-plane/api/v1alpha1",
  read: "2026-08-22",
} as const;
export const CONSUL_SOURCE = { source: "hashicorp/consul 2.0, agent/structs", read: "2026-08-22" } as const;
export const ENVOY_API = { source: "envoyproxy/data-plane-api v3, run on Envoy 1.40.0", read: "2026-11-24" } as const;

export const full = <const E extends Evidence>(evidence: E): Full & E => ({ level: "full", ...evidence });

export const partial = <const L extends string, const E extends Evidence>(loses: L, evidence: E): Partly<L> & E => ({
  level: "partial",
  loses,
  ...evidence,
});

export const none = <const W extends string, const E extends Evidence>(why: W, evidence: E): None<W> & E => ({
  level: "none",
  why,
  ...evidence,
});

export const since = <const R extends string, const B extends None | Partly, const E extends Evidence>(
  release: R,
  before: B,
  evidence: E,
): Since<R, B> & E => ({ level: "since", release, before, ...evidence });
