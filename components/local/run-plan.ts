/** From the IR to what a run starts: proxies with their files, stand-in workloads, servers that play the outside. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import type { ConfigFile } from "../engines/envoy/block.ts";
import { ADMIN_SOCKET } from "../engines/envoy/bootstrap.ts";
import { versionsOf } from "../engines/envoy/clusters.ts";
import { clusterName, fileName, proxyName } from "../engines/envoy/names.ts";
import { type Placement, placementOf, type SocketAddress } from "../engines/envoy/placement.ts";
import type { RenderedProxy } from "../engines/envoy/render.ts";
import type { EdgeIr, ExternalIr, MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import { type PortIr, speaksHttp, speaksHttp2 } from "../ir/port.ts";
import { envoyRenderer } from "../passes/render.ts";
import { meanwhile } from "./meanwhile.ts";
import type { PortBook } from "./port-book.ts";
import { LONGEST_SOCKET_PATH } from "./workload-listener.ts";
import type { CallSpec, ExternalSpec, PortSpec, WorkloadSpec } from "./workload-spec.ts";

export interface RunPlan {
  readonly ir: MeshIr;
  readonly placement: Placement;
  readonly proxies: readonly RenderedProxy[];
  readonly workloads: readonly WorkloadSpec[];
  readonly externals: readonly ExternalSpec[];
}

/** Ports are kept from plan to plan, so that a change moves nothing that it does not concern. */
export async function planRun(ir: MeshIr, book: PortBook, directory: string): Promise<RunPlan> {
  await book.assign(purposesOf(ir), wishesOf(ir));
  const placement = runPlacement(ir, book.at);
  return {
    ir,
    placement,
    proxies: envoyRenderer(placement).render(ir),
    workloads: ir.services.flatMap((service) => workloadsOf(service, ir, placement, directory)),
    externals: ir.externals.flatMap((external) =>
      external.ports.map((port) => externalOf(external, port, placement, directory)),
    ),
  };
}

/** Files of the proxies while one plan gives way to the other, by name; none where they are those of the other. */
export function filesMeanwhile(
  before: RunPlan,
  { ir, placement }: RunPlan,
): ReadonlyMap<string, readonly ConfigFile[]> {
  const between = meanwhile(before.ir, ir);
  if (between === undefined) return new Map();
  return new Map(
    envoyRenderer(placement)
      .render(between)
      .map(({ name, files }) => [name, files]),
  );
}

/**
 * The folder of a proxy, where its admin interface is a socket, whose path may not be long; temporary folders are on macOS. A name that
 * does not fit ends in a checksum of the whole.
 */
export function proxyDirectory(directory: string, proxy: string): string {
  const name = fileName(proxy);
  const room = LONGEST_SOCKET_PATH - Buffer.byteLength(join(directory, "/", ADMIN_SOCKET)) - 1;
  if (name.length <= room) return join(directory, name);
  const checksum = createHash("sha256").update(name).digest("hex").slice(0, 12);
  return join(directory, `${name.slice(0, Math.max(0, room - checksum.length - 1))}.${checksum}`);
}

export const outsideFile = (directory: string, external: ExternalIr, extension: "crt" | "key"): string =>
  join(directory, "outside", `${external.key}.${extension}`);

/**
 * What a stand-in speaks is part of its address's name. One that shall speak something else listens elsewhere, so that the old
 * one can answer what is on its way while the proxies move on; at the same address one of them would be asked in the wrong protocol.
 */
function runPlacement(ir: MeshIr, at: (purpose: string) => SocketAddress): Placement {
  const spoken = new Map([
    ...ir.services.flatMap(({ id, ports }) => ports.map(({ name, protocol }) => [`${id} ${name}`, protocol] as const)),
    ...ir.externals.flatMap((external) =>
      external.ports.map(
        (port) => [`${external.id} ${port.name}`, `${servedBy(external, port)} ${external.host}`] as const,
      ),
    ),
  ]);
  return {
    ...placementOf(at, "issuer"),
    workload: (service, _version, port) => ({ pipe: socketOf(port, spoken.get(`${service} ${port}`)) }),
    external: (external, port) => at(`external ${external} ${port} ${spoken.get(`${external} ${port}`)}`),
  };
}

/** In the folder of its proxy. */
const socketOf = (port: string, protocol: string | undefined): string => `${port}.${protocol}.sock`;

/** Every address that the configuration names. */
function purposesOf(ir: MeshIr): ReadonlySet<string> {
  const purposes = new Set<string>();
  const record = runPlacement(ir, (purpose) => {
    purposes.add(purpose);
    return { host: "127.0.0.1", port: 1 };
  });
  envoyRenderer(record).render(ir);
  for (const external of ir.externals) for (const { name } of external.ports) record.external(external.id, name);
  return purposes;
}

/** A gateway on 443 is asked for on 8443 by everybody who ever ran one on a desk. */
export const wishedPort = (port: number): number => (port < 1_024 ? port + 8_000 : port);

function wishesOf(ir: MeshIr): ReadonlyMap<string, number> {
  const wishes = new Map<string, number>();
  const wishAt = (port: number) =>
    placementOf((purpose) => {
      wishes.set(purpose, port);
      return { host: "127.0.0.1", port };
    }, "issuer");
  for (const gateway of ir.gateways)
    for (const { name, port } of gateway.listeners) wishAt(wishedPort(port)).listener(gateway.id, name);
  return wishes;
}

// --- stand-ins -----------------------------------------------------------------------------------------------------

function workloadsOf(service: ServiceIr, ir: MeshIr, placement: Placement, directory: string): WorkloadSpec[] {
  return versionsOf(service).map((version) => {
    const id = proxyName(service.id, version);
    const folder = proxyDirectory(directory, id);
    return {
      id,
      service: service.key,
      version: version ?? null,
      identity: service.identity,
      ports: service.ports.map(
        (port): PortSpec => ({
          name: port.name,
          protocol: port.protocol,
          // Seen from the folder of the run, where the stand-ins work: their paths are as short as can be.
          listen: { path: join(basename(folder), socketOf(port.name, port.protocol)) },
          ...tlsFiles(port, folder),
        }),
      ),
      calls: service.calls.map((edge) => callOf(edge, id, ir, placement, directory)),
    };
  });
}

/** An application that speaks TLS itself needs a certificate of its own. */
const tlsFiles = ({ protocol }: PortIr, folder: string) =>
  protocol === "tls"
    ? { certFile: join(folder, "certs/workload.crt"), keyFile: join(folder, "certs/workload.key") }
    : {};

function callOf(edge: EdgeIr, proxy: string, ir: MeshIr, placement: Placement, directory: string): CallSpec {
  const callee = ir.services.find(({ id }) => id === edge.to);
  const external = ir.externals.find(({ id }) => id === edge.to);
  const port = (callee ?? external)?.ports.find(({ name }) => name === edge.port) as PortIr;
  const name = callee === undefined ? (external as ExternalIr).host : `${callee.name}.${callee.namespace}`;
  const via = speaksHttp(port)
    ? placement.outboundHttp(proxy)
    : placement.outboundTcp(proxy, clusterName({ service: edge.to, port: edge.port }));
  return {
    name: `${name}:${port.number}`,
    protocol: port.protocol,
    via,
    ...(port.protocol === "tls" ? { caFile: join(directory, callee === undefined ? "outside.crt" : "ca.crt") } : {}),
  };
}

function externalOf(external: ExternalIr, port: PortIr, placement: Placement, directory: string): ExternalSpec {
  const { port: number } = placement.external(external.id, port.name);
  return {
    host: external.host,
    port: number,
    serves: servedBy(external, port),
    certFile: outsideFile(directory, external, "crt"),
    keyFile: outsideFile(directory, external, "key"),
  };
}

/** What the caller's proxy, or on a tls port the application itself, expects to find there. */
export function servedBy({ tls }: ExternalIr, port: PortIr): ExternalSpec["serves"] {
  const secure = tls.mode === "verified" || port.protocol === "tls";
  if (!speaksHttp(port)) return secure ? "tls" : "tcp";
  if (secure) return "https";
  return speaksHttp2(port) ? "http2" : "http";
}
