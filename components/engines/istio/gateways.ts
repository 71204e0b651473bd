/** Gateways: a Gateway with a server for each listener, and one VirtualService per host, all in the gateway's own namespace. */
import type { ListenerIr } from "../../capabilities/gateways/ir.ts";
import type { GatewayIr, RouteTableIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import type { MeshObject } from "../kubernetes.ts";
import type { Context } from "./context.ts";
import { gatewayHostName } from "./names.ts";
import { type Owner, objectId } from "./objects.ts";
import { httpRoutes } from "./routes.ts";
import { rulesOf } from "./traffic.ts";
import type { Labels } from "./workloads.ts";

/**
 * The labels of a gateway's pods; whoever installs them sets the same. The name alone, so they tell gateways of several namespaces apart
 * only where istiod looks in a Gateway's own namespace, as ours does (mesh-config.ts).
 */
export const gatewayLabels = ({ name }: Pick<GatewayIr, "name">): Labels => ({ istio: name });

export const gatewayOwner = ({ namespace, name, owner }: GatewayIr): Owner => ({
  component: "gateway",
  namespace,
  name,
  owner,
});

export function gatewayObjects(gateway: GatewayIr, context: Context): readonly MeshObject[] {
  const spec = { selector: gatewayLabels(gateway), servers: gateway.listeners.map(serverOf) };
  return [
    context.make("Gateway", gatewayOwner(gateway), spec),
    ...gateway.hosts
      .filter(({ name, routes }) => routes.length > 0 || listenersOf(gateway, name).some(redirects(name)))
      .map((table) => hostRoutes(gateway, table, context)),
  ];
}

/** Only routes of the gateway's own namespace may speak for its hosts. */
const serverOf = ({ name, port, hosts, tls }: ListenerIr): JsonObject => ({
  port: {
    number: port,
    name: `${tls === undefined ? "http" : "https"}-${name}`,
    protocol: tls === undefined ? "HTTP" : "HTTPS",
  },
  hosts: hosts.map((host) => `./${host}`),
  ...(tls === undefined
    ? {}
    : { tls: { mode: "SIMPLE", credentialName: tls.certificate.name, minProtocolVersion: "TLSV1_2" } }),
});

function hostRoutes(gateway: GatewayIr, table: RouteTableIr, context: Context): MeshObject {
  const { namespace, name } = gateway;
  const spec = {
    hosts: [table.name],
    gateways: [`${namespace}/${name}`],
    http: [...toHttps(gateway, table.name), ...table.routes.flatMap((route) => httpRoutes(route, context))],
    exportTo: ["."],
  };
  const after = [objectId(namespace, name, "Gateway"), ...rulesOf([table])];
  return context.make("VirtualService", gatewayOwner(gateway), spec, {
    name: gatewayHostName(name, table.name),
    after,
  });
}

/**
 * Before all others, on listeners without TLS: to the listener that has it. The host is named: Istio leaves out the port 443, and then
 * the port that the client asked would go along.
 */
function toHttps(gateway: GatewayIr, host: string): readonly JsonObject[] {
  const listeners = listenersOf(gateway, host);
  const plain = listeners.filter(redirects(host));
  const secure = listeners.find(({ tls }) => tls !== undefined);
  if (plain.length === 0 || secure === undefined) return [];
  return [
    {
      name: "to-https",
      match: plain.map(({ port }) => ({ port })),
      redirect: { scheme: "https", authority: host, port: secure.port, redirectCode: 301 },
    },
  ];
}

const listenersOf = ({ listeners }: GatewayIr, host: string): readonly ListenerIr[] =>
  listeners.filter(({ hosts }) => hosts.some((one) => one === host));

const redirects =
  (host: string) =>
  ({ redirected }: ListenerIr): boolean =>
    redirected.some((one) => one === host);
