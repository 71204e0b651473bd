/** Discovery by name: how callers may spell whom they call. */
import { type PortIr, speaksHttp } from "./port.ts";

/** By name in its own namespace, by name and namespace, in full. */
export function hostsOf(name: string, namespace: string, sameNamespace: boolean): readonly string[] {
  const qualified = [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.cluster.local`];
  return sameNamespace ? [name, ...qualified] : qualified;
}

/** Each name with the port; and without, where it can mean only this port: 80, or the only one that speaks HTTP. */
export function domainsOf(hosts: readonly string[], port: PortIr, ports: readonly PortIr[]): readonly string[] {
  const http = ports.filter(speaksHttp);
  const isDefault = port.number === 80 || (http.length === 1 && !http.some(({ number }) => number === 80));
  return hosts.flatMap((host) => (isDefault ? [host, `${host}:${port.number}`] : [`${host}:${port.number}`]));
}
