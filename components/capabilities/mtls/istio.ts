/**
 * Mutual TLS on Istio: what callers do (`DestinationRule.trafficPolicy.tls`) and what the service accepts (`PeerAuthentication.mtls`).
 * The identity is pinned: by itself Istio would accept that of any pod that the Service happens to select.
 */
import { set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import type { MtlsIr } from "./ir.ts";

export const renderMtls = ({ mode }: MtlsIr, { identity }: ServiceIr): readonly IstioFragment[] => [
  set("destination.tls", { mode: "ISTIO_MUTUAL", subjectAltNames: [identity] }),
  set("peer.mtls", { mode: mode === "strict" ? "STRICT" : "PERMISSIVE" }),
];
