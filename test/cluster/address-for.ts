/** Where a request goes that somebody sends: to the caller's own sidecar, to a gateway, or past the callers' straight to the callee's. */
import type { SocketAddress } from "../../components/engines/envoy/placement.ts";
import type { ServiceIr } from "../../components/ir/mesh-ir.ts";
import { isOutside, type Probe } from "../../components/local/probe.ts";
import type { Pod } from "./pods.ts";

type ServicePod = Pod & { readonly plays: { readonly kind: "service" } };
type GatewayPod = Pod & { readonly plays: { readonly kind: "gateway" } };

/** @throws for an asker or a callee that the mesh does not have */
export function addressFor({ from, url: text }: Probe, pods: readonly Pod[]): SocketAddress {
  const url = new URL(text);
  const port = url.port === "" ? 80 : Number(url.port);
  if (isOutside(from)) return listenerFor(url, pods);
  if (from === "plaintext") return targetOf(url, port, pods);
  const asker = pods.find((pod) => (from === "stranger" ? pod.plays.kind === "stranger" : plays(pod, from)));
  if (asker === undefined) throw new Error(`there is no pod of ${JSON.stringify(from)}`);
  return { host: asker.outbound, port };
}

const plays = (pod: Pod, from: { readonly service: string; readonly version?: string | undefined }): boolean =>
  isService(pod) &&
  pod.plays.service.key === from.service &&
  (from.version === undefined || pod.plays.version === from.version);

const isService = (pod: Pod): pod is ServicePod => pod.plays.kind === "service";
const isGateway = (pod: Pod): pod is GatewayPod => pod.plays.kind === "gateway";

/** A host that nobody serves still reaches a gateway, which has to refuse it. */
function listenerFor({ protocol, hostname }: URL, pods: readonly Pod[]): SocketAddress {
  const listeners = pods
    .filter(isGateway)
    .flatMap(({ address, plays: { gateway } }) =>
      gateway.listeners
        .filter(({ tls }) => (tls !== undefined) === (protocol === "https:"))
        .map(({ port, hosts }) => ({ host: address, port, hosts })),
    );
  const found = listeners.find(({ hosts }) => hosts.some((one) => one === hostname)) ?? listeners[0];
  if (found === undefined) throw new Error(`no gateway listens for ${protocol}`);
  return found;
}

function targetOf({ hostname }: URL, number: number, pods: readonly Pod[]): SocketAddress {
  const [name = "", namespace] = hostname.split(".");
  const pod = pods.filter(isService).find(({ plays: { service } }) => isCalled(service, name, namespace));
  const port = pod?.plays.service.ports.find((one) => one.number === number);
  if (pod === undefined || port === undefined) throw new Error(`there is no ${hostname}:${number}`);
  return { host: pod.address, port: port.target };
}

const isCalled = (service: ServiceIr, name: string, namespace: string | undefined): boolean =>
  service.name === name && (namespace === undefined || service.namespace === namespace);
