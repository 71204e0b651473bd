/**
 * Mutual TLS on Envoy: how callers speak to the service (UpstreamTlsContext) and what the service accepts (DownstreamTlsContext).
 * Callers always pin the identity of the service: without that, any workload of the mesh could answer in its place.
 */
import { add, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import { downstreamTls, upstreamTls } from "../../engines/envoy/tls.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import { trustDomainOf } from "../../values/spiffe-id.ts";
import type { MtlsIr } from "./ir.ts";

export function renderMtls(mtls: MtlsIr, { identity }: ServiceIr): readonly EnvoyFragment[] {
  const tls = { transport_socket: downstreamTls(trustDomainOf(identity)) };
  return [
    set("upstream.transportSocket", upstreamTls(identity)),
    ...(mtls.mode === "strict"
      ? [add("inbound.chains", "tls", tls)]
      : [
          add("inbound.chains", "plaintext", { filter_chain_match: { transport_protocol: "raw_buffer" } }),
          add("inbound.chains", "tls", { filter_chain_match: { transport_protocol: "tls" }, ...tls }),
        ]),
  ];
}
