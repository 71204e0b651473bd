/** What Istio cannot do with the values of sections of the mesh that no slice renders. */
import type { ExternalIr, GatewayIr } from "../../ir/mesh-ir.ts";
import type { PortIr } from "../../ir/port.ts";
import type { ModelPath } from "../../values/model-path.ts";
import type { Limit } from "../limit.ts";

/** Istio knows a workload's ports by where it listens, and looks at one in one way (engines.md D4). */
export function portLimits(ports: readonly PortIr[], path: ModelPath): readonly Limit[] {
  return ports.flatMap(({ name, target }, index) => {
    const other = ports.slice(0, index).find((port) => port.target === target);
    if (other === undefined) return [];
    const why = `its access rules cannot tell it from port "${other.name}", which leads to the same port of the workload, ${target}`;
    return [{ path: [...path, "ports", name], why }];
  });
}

/** A gateway reads certificates from its own namespace alone. */
export const gatewayLimits = ({ namespace, listeners, path }: GatewayIr): readonly Limit[] =>
  listeners.flatMap(({ name, hosts, tls }) => {
    const at = [...path, "listeners", name];
    const secret = tls?.certificate.namespace ?? namespace;
    return [
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
