/** Where an ask goes in a mesh on Istio. Unlike a run of `mesh run`, callers reach each port of a callee at that port. */
import type { SocketAddress } from "../../../components/engines/envoy/placement.ts";
import { isDeclared } from "../../../components/ir/edges.ts";
import { domainsOf, hostsOf } from "../../../components/ir/hosts.ts";
import type { MeshIr, ServiceIr } from "../../../components/ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../../../components/ir/port.ts";
import type { Ask } from "../../live/proof/ask.ts";
import type { Way } from "../../live/proof/client.ts";
import type { Pod } from "../pods.ts";

const UNVERIFIED = { rejectUnauthorized: false };

/** Undefined for what cannot be asked here: a certificate of the mesh is in nobody's hands but its pod's. */
export function istioWay(ir: MeshIr, pods: readonly Pod[], ask: Ask): Way | undefined {
  const { from, version } = ask;
  switch (from.kind) {
    case "service": {
      const pod = servicePod(pods, from.service, version);
      return wayTo({
        host: pod.outbound,
        port: ask.wire === undefined ? connected(ir, ask) : askedPort(ir, from.service, ask),
      });
    }
    case "outside": {
      const gateway = ir.gateways.find(({ id }) => id === from.gateway);
      const pod = pods.find(({ plays }) => plays.kind === "gateway" && plays.gateway.id === from.gateway) as Pod;
      const listener = gateway?.listeners.find(({ name }) => name === from.listener);
      const way = wayTo({ host: pod.address, port: listener?.port ?? 0 }, listener?.tls !== undefined);
      // A gateway of Istio's knows by this whom the client means, and closes the connection without.
      return way.tls === undefined ? way : { ...way, tls: { ...way.tls, servername: listener?.hosts[0] ?? "" } };
    }
    case "straight": {
      if (from.shows.kind === "identity" || ask.foreign === true) return undefined;
      const pod = servicePod(pods, from.service, version);
      const port = pod.plays.service.ports.find(({ name }) => name === from.port) as PortIr;
      return wayTo({ host: pod.address, port: port.target }, from.shows.kind === "stranger");
    }
  }
}

type ServicePod = Pod & { readonly plays: { readonly kind: "service" } };

const isService = (pod: Pod): pod is ServicePod => pod.plays.kind === "service";

function servicePod(pods: readonly Pod[], id: string, version: string | undefined): ServicePod {
  const found = pods.filter(isService).find(({ plays }) => plays.service.id === id && plays.version === version);
  if (found === undefined) throw new Error(`there is no pod of ${id} ${version}`);
  return found;
}

const wayTo = (address: SocketAddress, secure = false): Way => ({
  key: `${address.host}:${address.port} ${secure}`,
  address,
  tls: secure ? UNVERIFIED : undefined,
});

function connected({ services, externals }: MeshIr, { connection }: Ask): number {
  const callee = [...services, ...externals].find(({ key }) => key === connection?.to);
  return callee?.ports.find(({ name }) => name === connection?.port)?.number ?? 0;
}

/** The port whose domains have this host; for a host that nobody has, one where the caller is listened to. */
function askedPort(ir: MeshIr, caller: string, { wire }: Ask): number {
  const host = (wire?.host ?? "").toLowerCase().replace(/\.(?=:|$)/, "");
  const ports = httpCallsOf(ir, caller);
  const found = ports.find(({ domains }) => domains.some((domain) => domain.toLowerCase() === host));
  return (found ?? ports[0])?.port.number ?? 80;
}

/** The ports that a service calls by HTTP, each with all names by which it may. */
export function httpCallsOf({ services, externals }: MeshIr, caller: string) {
  const { namespace, calls } = services.find(({ id }) => id === caller) as ServiceIr;
  return calls.filter(isDeclared).flatMap(({ to, port: name }) => {
    const service = services.find(({ id }) => id === to);
    const external = externals.find(({ id }) => id === to);
    const hosts =
      service === undefined
        ? [external?.host ?? ""]
        : hostsOf(service.name, service.namespace, service.namespace === namespace);
    const ports = (service ?? external)?.ports ?? [];
    const port = ports.find((one) => one.name === name);
    return port === undefined || !speaksHttp(port) ? [] : [{ port, domains: domainsOf(hosts, port, ports) }];
  });
}
