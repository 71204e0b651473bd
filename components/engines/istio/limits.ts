/** What Istio cannot do with the values of sections of the mesh that no slice renders. */
import { isExternal, placeOf } from "../../ir/edges.ts";
import type { EdgeIr, ExternalIr, GatewayIr } from "../../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../ir/port.ts";
import type { ModelPath } from "../../values/model-path.ts";
import type { Limit } from "../limit.ts";
import { externalName, gatewayHostName } from "./names.ts";

/** Istio knows a workload's ports by where it listens, and looks at one in one way (engines.md D4). */
export function portLimits(ports: readonly PortIr[], path: ModelPath): readonly Limit[] {
  return ports.flatMap(({ name, target }, index) => {
    const other = ports.slice(0, index).find((port) => port.target === target);
    if (other === undefined) return [];
    const why = `its access rules cannot tell it from port "${other.name}", which leads to the same port of the workload, ${target}`;
    return [{ path: [...path, "ports", name], why }];
  });
}

/** A port that a service calls. */
interface CalledPort {
  readonly call: EdgeIr;
  readonly port: PortIr;
}

/**
 * A proxy takes calls of an external service at its port on every address, since it does not know the server's. TLS is told apart by
 * its server name and from everything else; plain TCP from nothing: beside HTTP the proxy would wait for the caller's first bytes,
 * which a server that speaks first never gets, and of two such servers one would be dropped without a word.
 * @source istio.io/istio 1.31, pilot/pkg/networking/core/listener.go, outbound listener conflicts
 */
export function callLimits(calls: readonly EdgeIr[], ports: readonly PortIr[], caller: ModelPath): readonly Limit[] {
  const called = calls.map((call, index): CalledPort => ({ call, port: ports[index] as PortIr }));
  return called.filter(isPlainOutside).flatMap(({ call, port }) => {
    const rival = called.find((one) => one.port !== port && one.port.number === port.number && isRival(one));
    if (rival === undefined) return [];
    const why = `port ${port.number} is also that of another call, and plain TCP cannot be told apart`;
    return [{ path: placeOf(call, caller), why }];
  });
}

const isPlainOutside = ({ call, port }: CalledPort): boolean => isExternal(call.to) && port.protocol === "tcp";
const isRival = (one: CalledPort): boolean => speaksHttp(one.port) || isPlainOutside(one);

/**
 * Where the proxy of a gateway listens for itself; the health check is a port of the gateway's Service, too.
 * @source istio.io/istio 1.31, pilot/cmd/pilot-agent/status/server.go (istioReservedPorts); the others of that list are a sidecar's
 */
const PROXY_PORTS: ReadonlyMap<number, string> = new Map([
  [15_000, "is administered"],
  [15_004, "answers questions about its control plane"],
  [15_020, "gives out statistics"],
  [15_021, "answers health checks"],
  [15_090, "gives out statistics"],
]);

/** A gateway reads certificates from its own namespace alone. `isKey`: of an external service. */
export const gatewayLimits = (gateway: GatewayIr, isKey: (name: string) => boolean): readonly Limit[] => [
  ...listenerLimits(gateway),
  ...gateway.hosts
    .filter((host) => isKey(host.name) && gatewayHostName(gateway.name, host.name) === externalName(host.name))
    .map((host) => ({
      path: gateway.path,
      why: `its routes for "${host.name}" and the external service of that key would be one object, ${externalName(host.name)}: give the gateway another \`name\``,
    })),
];

const listenerLimits = ({ namespace, listeners, path }: GatewayIr): readonly Limit[] =>
  listeners.flatMap(({ name, port, hosts, tls }) => {
    const at = [...path, "listeners", name];
    const secret = tls?.certificate.namespace ?? namespace;
    const use = PROXY_PORTS.get(port);
    return [
      ...(use === undefined
        ? []
        : [{ path: [...at, "port"], why: `on port ${port} the gateway's own proxy ${use}: choose another` }]),
      ...hosts.flatMap((host) => hostLimits(host, [...at, "hosts"])),
      ...(secret === namespace
        ? []
        : [
            {
              path: [...at, "certificate"],
              why: `a gateway in "${namespace}" reads secrets of that namespace alone, not of "${secret}"`,
            },
          ]),
    ];
  });

export const externalLimits = ({ host, path }: ExternalIr): readonly Limit[] => hostLimits(host, [...path, "host"]);

/** @source istio.io/istio 1.31, pkg/config/validation/agent: ValidateFQDN takes labels of RFC 1123 */
const hostLimits = (host: string, path: ModelPath): readonly Limit[] =>
  host.includes("_") ? [{ path, why: `"${host}" holds an underscore, which it takes for no host name` }] : [];
