/**
 * Services outside the mesh. They live in no namespace, so each namespace with a caller declares what its callers need, for itself:
 * a ServiceEntry, how to speak TLS to it, and for ports that speak HTTP how long to wait.
 */
import { isExternal } from "../../ir/edges.ts";
import type { ExternalId, ExternalIr, MeshIr } from "../../ir/mesh-ir.ts";
import { type PortIr, type Protocol, speaksHttp } from "../../ir/port.ts";
import type { JsonObject } from "../../values/json.ts";
import type { MeshObject } from "../kubernetes.ts";
import type { Context } from "./context.ts";
import { externalName } from "./names.ts";
import { type Owner, objectId } from "./objects.ts";
import { protoDuration } from "./resources.ts";
import { CONNECT_TIMEOUT } from "./traffic.ts";

export function externalObjects({ services, externals }: MeshIr, context: Context): readonly MeshObject[] {
  const callers = new Map<ExternalId, Set<string>>();
  for (const { namespace, calls } of services)
    for (const { to } of calls) if (isExternal(to)) callers.set(to, (callers.get(to) ?? new Set()).add(namespace));
  return externals.flatMap((external) =>
    [...(callers.get(external.id) ?? [])].sort().flatMap((namespace) => inNamespace(external, namespace, context)),
  );
}

function inNamespace(external: ExternalIr, namespace: string, context: Context): readonly MeshObject[] {
  const { make, namespaceOwners } = context;
  const owner: Owner = {
    component: "external",
    namespace,
    name: external.key,
    owner: namespaceOwners.get(namespace),
  };
  const name = externalName(external.key);
  const after = [objectId(namespace, name, "ServiceEntry")];
  const routes = external.ports.filter(speaksHttp).map((port) => httpRoute(external, port));
  return [
    make("ServiceEntry", owner, serviceEntry(external), { name }),
    make("DestinationRule", owner, destinationRule(external), { name, after }),
    ...(routes.length === 0
      ? []
      : [
          make(
            "VirtualService",
            owner,
            { hosts: [external.host], gateways: ["mesh"], http: routes, exportTo: ["."] },
            { name, after: [...after, objectId(namespace, name, "DestinationRule")] },
          ),
        ]),
  ];
}

const PROTOCOLS: { readonly [P in Protocol]: string } = {
  http: "HTTP",
  http2: "HTTP2",
  grpc: "GRPC",
  tcp: "TCP",
  tls: "TLS",
};

const serviceEntry = ({ host, ports }: ExternalIr): JsonObject => ({
  hosts: [host],
  location: "MESH_EXTERNAL",
  resolution: "DNS",
  ports: ports.map(({ name, number, target, protocol }) => ({
    name,
    number,
    protocol: PROTOCOLS[protocol],
    ...(target === number ? {} : { targetPort: target }),
  })),
  exportTo: ["."],
});

/** Ports on which the application speaks TLS itself, or nobody does, are left alone; a port's settings replace those above them. */
function destinationRule(external: ExternalIr): JsonObject {
  const originating = external.ports.filter(({ protocol }) => external.tls.mode === "verified" && protocol !== "tls");
  const ports = originating.map(({ number }) => ({
    port: { number },
    connectionPool: CONNECT_TIMEOUT,
    tls: verifiedTls(external),
  }));
  const policy = { connectionPool: CONNECT_TIMEOUT, tls: { mode: "DISABLE" } };
  return {
    host: external.host,
    trafficPolicy: ports.length === 0 ? policy : { ...policy, portLevelSettings: ports },
    exportTo: ["."],
  };
}

/** The server's certificate must be signed by the system's roots and carry its name. */
const verifiedTls = ({ host }: ExternalIr): JsonObject => ({
  mode: "SIMPLE",
  sni: host,
  subjectAltNames: [host],
  caCertificates: "system",
});

/** The server sees its own name, whatever port the caller wrote behind it. */
const httpRoute = ({ host, timeouts }: ExternalIr, { number }: PortIr): JsonObject => ({
  name: "external",
  match: [{ port: number }],
  route: [{ destination: { host, port: { number } } }],
  rewrite: { authority: host },
  ...(timeouts.request === null ? {} : { timeout: protoDuration(timeouts.request) }),
  // Unset means two retries to Istio.
  retries: { attempts: 0 },
});
