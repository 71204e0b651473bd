/**
 * Mutual TLS on Envoy: how callers speak to the service (UpstreamTlsContext) and what the service accepts (DownstreamTlsContext).
 * Callers always pin the identity of the service: without that, any workload of the mesh could answer in its place.
 */
import type { Known } from "../../contract/capability.ts";
import { inboundChain, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import { anybodyOf, downstreamTls, justThese, upstreamTls } from "../../engines/envoy/tls.ts";
import type { Limit } from "../../engines/limit.ts";
import type { ServiceIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import { remembered } from "../../values/remembered.ts";
import { type SpiffeId, trustDomainOf } from "../../values/spiffe-id.ts";
import type { MtlsIr } from "./ir.ts";

export function renderMtls(mtls: MtlsIr, service: ServiceIr): readonly EnvoyFragment[] {
  const anybody = anybodyIn(trustDomainOf(service.identity));
  const isOpen = (port: PortIr) => speaksHttp(port) || service.access.enforcement === "audit";
  return [
    set("upstream.transportSocket", upstreamTls(...identitiesOf(service))),
    ...service.ports.flatMap((port) =>
      waysIn(mtls, port.name, isOpen(port) ? anybody : downstreamTls(justThese(admitted(service, port.name)))),
    ),
  ];
}

const identitiesOf = ({ identity, formerly }: ServiceIr): readonly SpiffeId[] =>
  formerly === undefined ? [identity] : [identity, formerly];

/**
 * Envoy tells plaintext from TLS by the first bytes. Whose TLS it is they do not say: that of an application would be taken for the
 * mesh's own, and its client, which has no identity of the mesh, refused.
 */
export const limitMtls = (mtls: MtlsIr, { ports }: Pick<Known, "ports">): readonly Limit[] =>
  mtls.mode === "strict"
    ? []
    : ports
        .filter(({ protocol }) => protocol === "tls")
        .map(({ name }) => ({
          path: mtls.path,
          why: `its proxies take the TLS of the application on port "${name}" for the mesh's own, and would refuse clients without a sidecar`,
        }));

/** The same at every port of a mesh that speaks HTTP. */
const anybodyIn = remembered((trustDomain: string) => downstreamTls(anybodyOf(trustDomain)), 10);

const waysIn = ({ mode }: MtlsIr, port: string, socket: JsonObject): readonly EnvoyFragment[] =>
  mode === "strict"
    ? [inboundChain(port, "tls", { transport_socket: socket })]
    : [
        inboundChain(port, "plaintext", { filter_chain_match: { transport_protocol: "raw_buffer" } }),
        inboundChain(port, "tls", { filter_chain_match: { transport_protocol: "tls" }, transport_socket: socket }),
      ];

/**
 * Who may connect to a port that does not speak HTTP; its rules ask for nothing but the caller. Envoy's network RBAC filter waits
 * for the first byte of the caller (`ONE_TIME_ON_FIRST_BYTE`), so a server that speaks first would have told a stranger before
 * (seen on Envoy 1.40, test/live/access.test.ts). The handshake comes earlier.
 */
function admitted({ access }: ServiceIr, port: string): readonly SpiffeId[] {
  const rules = access.ports.filter((one) => one.port === port);
  const deny = rules.flatMap((one) => one.deny);
  const refused = (identity: SpiffeId) => deny.some(({ from }) => from === undefined || from.includes(identity));
  const identities = new Set(rules.flatMap(({ allow }) => allow).flatMap(({ from }) => from));
  return [...identities].filter((identity) => !refused(identity));
}
