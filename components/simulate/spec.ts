/** A request as a person writes it, by names, and its place in a mesh. What does not fit is a diagnostic. */
import type { Headers, Message } from "../contract/message.ts";
import { type Args, type Code, type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { ExternalIr, MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import { type PortIr, speaksHttp } from "../ir/port.ts";
import { nearest } from "../values/name.ts";
import { spiffeId } from "../values/spiffe-id.ts";
import { chooseListener, spelledDoor } from "./choose-listener.ts";
import {
  type Destination,
  malformedRequest,
  severalListeners,
  unknownAsker,
  unknownBackendVersion,
  unknownDestination,
  unknownRequestGateway,
  unknownRequestPort,
} from "./codes.ts";
import type { Asker, Backend, BackendAnswer, SimulatedRequest } from "./request.ts";

export interface RequestSpec {
  /**
   * The key of a service; or `outside`: through a gateway, `stranger`: with an identity of the mesh that calls nobody, `plaintext`:
   * without TLS; the last two straight at the port of a service. A service of that name comes first.
   */
  readonly from: string;
  /** The gateway that somebody outside asks. @default the one that serves the host, at the port where one is written */
  readonly gateway?: string | undefined;
  /** A service or external service, with `:port` where it has several; from outside a host of a gateway; or a whole URL. */
  readonly to: string;
  /** @default GET */
  readonly method?: string | undefined;
  /** With its query. @default / */
  readonly path?: string | undefined;
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  /** The authority, where it is not the callee's own name. */
  readonly host?: string | undefined;
  readonly random?: number | undefined;
  readonly backends?: readonly BackendSpec[] | undefined;
}

export interface BackendSpec {
  readonly service: string;
  readonly version?: string | undefined;
  readonly answers: readonly BackendAnswer[];
}

export type Resolved =
  | { readonly kind: "request"; readonly request: SimulatedRequest }
  | { readonly kind: "refused"; readonly diagnostics: readonly Diagnostic[] };

export function resolveRequest(ir: MeshIr, spec: RequestSpec): Resolved {
  const problems: Diagnostic[] = [];
  const report: Report = (code, args, field, got) => {
    problems.push(diagnose(code, args, { path: [field], got }));
    return undefined;
  };
  const { method = "GET" } = spec;
  if (!TOKEN.test(method))
    report(malformedRequest, { part: "method", reason: "is no word that HTTP allows" }, "method", method);
  const headers = headersOf(spec, report);
  const backends = (spec.backends ?? []).flatMap((backend) => backendOf(backend, ir, report) ?? []);
  const way = wayOf(ir, spec, report);
  if (way === undefined || problems.length > 0) return { kind: "refused", diagnostics: problems };
  const { from, authority, path } = way;
  const random = spec.random === undefined ? {} : { random: spec.random };
  const behaves = backends.length === 0 ? {} : { backends };
  if (way.connection !== undefined)
    return { kind: "request", request: { from, connection: way.connection, ...random, ...behaves } };
  const message = messageOf(spec, authority, path, headers);
  return { kind: "request", request: { from, message, ...random, ...behaves } };
}

type Report = <A extends Args>(code: Code<A>, args: A, field: keyof RequestSpec, got: unknown) => undefined;

interface Way {
  readonly from: Asker;
  readonly authority: string;
  readonly path: string;
  readonly connection?: SimulatedRequest["connection"];
}

// --- who asks, and whom ----------------------------------------------------------------------------------------------

function wayOf(ir: MeshIr, spec: RequestSpec, report: Report): Way | undefined {
  const { place, path = spec.path ?? "/" } = partsOf(spec);
  if (!path.startsWith("/"))
    return report(malformedRequest, { part: "path", reason: "does not begin with a slash" }, "path", path);
  const caller = ir.services.find(({ key }) => key === spec.from);
  if (caller !== undefined) return fromService(caller, place, path, ir, spec, report);
  if (spec.from === "outside") return fromOutside(place, path, ir, spec, report);
  if (spec.from === "stranger" || spec.from === "plaintext") return straight(place, path, ir, spec, report);
  return report(unknownAsker, askerArgs(ir, spec.from), "from", spec.from);
}

const NO_SERVICES = ["outside", "stranger", "plaintext"];

function askerArgs({ services }: MeshIr, name: string) {
  return { name, nearest: nearest(name, [...keysOf(services), ...NO_SERVICES]) ?? "" };
}

function gatewayArgs({ gateways }: MeshIr, name: string) {
  const known = keysOf(gateways);
  return { name, nearest: nearest(name, known) ?? "", known };
}

/** Of a request of which nobody knows yet whom it asks. */
export function unknownAskerOf(
  ir: MeshIr,
  { from, gateway }: Pick<RequestSpec, "from" | "gateway">,
): Diagnostic | undefined {
  if (!NO_SERVICES.includes(from) && named(ir.services, from) === undefined)
    return diagnose(unknownAsker, askerArgs(ir, from), { path: ["from"], got: from });
  if (gateway !== undefined && named(ir.gateways, gateway) === undefined)
    return diagnose(unknownRequestGateway, gatewayArgs(ir, gateway), { path: ["gateway"], got: gateway });
  return undefined;
}

interface Place {
  readonly scheme: "http" | "https" | undefined;
  readonly name: string;
  readonly port: string | undefined;
}

/** A URL says its path, too. */
function partsOf({ to, path }: RequestSpec): { readonly place: Place; readonly path?: string } {
  const [, scheme, rest = to] = /^(https?):\/\/(.*)/s.exec(to) ?? [];
  const end = scheme === undefined ? -1 : rest.search(/[/?]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const [, name = "", port] = /^(.*?)(?::([^:]*))?$/s.exec(authority) ?? [];
  const place = { scheme: scheme as Place["scheme"], name, port };
  const written = end < 0 ? path : rest.slice(end).replace(/^\?/, "/?");
  return written === undefined ? { place } : { place, path: written };
}

function fromService(
  caller: ServiceIr,
  { name, port }: Place,
  path: string,
  ir: MeshIr,
  { host }: RequestSpec,
  report: Report,
): Way | undefined {
  const from: Asker = { kind: "service", service: caller.id };
  const callee = named(ir.services, name) ?? named(ir.externals, name);
  if (callee === undefined) {
    if (name.includes(".")) return { from, authority: host ?? spelled(name, port), path };
    return unknown("callee", name, keysOf([...ir.services, ...ir.externals]), report);
  }
  const wanted = port ?? onlyCalled(caller, callee);
  const found = portOf(callee, wanted, report);
  if (found === undefined) return undefined;
  if (!speaksHttp(found)) return { from, authority: "", path, connection: { to: callee.key, port: found.name } };
  const own = "host" in callee ? callee.host : ownName(callee, caller);
  return {
    from,
    authority: host ?? spelled(own, isPlain(found, callee.ports) ? undefined : String(found.number)),
    path,
  };
}

/** Where the caller calls just one port of the callee, that one is meant. */
function onlyCalled(caller: ServiceIr, { id }: ServiceIr | ExternalIr): string | undefined {
  const called = caller.calls.filter(({ to }) => to === id);
  return called.length === 1 ? called[0]?.port : undefined;
}

const ownName = (callee: ServiceIr, caller: ServiceIr): string =>
  callee.namespace === caller.namespace ? callee.name : `${callee.name}.${callee.namespace}`;

/** Can the port be left out? */
const isPlain = (port: PortIr, ports: readonly PortIr[]): boolean =>
  port.number === 80 || ports.filter(speaksHttp).length === 1;

const spelled = (name: string, port: string | undefined): string => (port === undefined ? name : `${name}:${port}`);

function fromOutside(
  { scheme, name, port }: Place,
  path: string,
  ir: MeshIr,
  { host, gateway: wanted }: RequestSpec,
  report: Report,
): Way | undefined {
  const gateways = ir.gateways.filter(({ key }) => wanted === undefined || key === wanted);
  if (gateways.length === 0 && wanted !== undefined)
    return report(unknownRequestGateway, gatewayArgs(ir, wanted), "gateway", wanted);
  const chosen = chooseListener(ir, { gateway: wanted, scheme, host: name, port });
  if (chosen.kind === "several") {
    const candidates = chosen.candidates.map((door) => spelledDoor(door, name));
    return report(severalListeners, { host: name, candidates }, "to", spelled(name, port));
  }
  if (chosen.kind === "none" || (chosen.kind === "unserved" && !name.includes("."))) {
    const hosts = gateways.flatMap(({ hosts: tables }) => tables.map((table) => table.name));
    return unknown("host", name, hosts, report, whatIs(name, ir));
  }
  const { gateway, listener } = chosen;
  const from: Asker = { kind: "outside", gateway: gateway.id, listener: listener.name };
  return { from, authority: host ?? spelled(name, port), path };
}

function straight(
  { name, port }: Place,
  path: string,
  ir: MeshIr,
  { host, from }: RequestSpec,
  report: Report,
): Way | undefined {
  const service = named(ir.services, name);
  if (service === undefined) return unknown("service", name, keysOf(ir.services), report);
  const found = portOf(service, port, report);
  if (found === undefined) return undefined;
  const shows = from === "plaintext" ? ({ kind: "plaintext" } as const) : stranger(ir, service);
  const asker: Asker = { kind: "straight", service: service.id, port: found.name, shows };
  return { from: asker, authority: host ?? spelled(service.name, String(found.number)), path };
}

/** An identity that no service has: names of accounts are labels. */
const stranger = ({ trustDomain }: MeshIr, { namespace }: ServiceIr) =>
  ({ kind: "identity", identity: spiffeId(trustDomain, namespace, "Stranger") }) as const;

const named = <T extends { readonly key: string }>(items: readonly T[], name: string): T | undefined =>
  items.find(({ key }) => key === name);

const keysOf = (items: readonly { readonly key: string }[]): readonly string[] => items.map(({ key }) => key);

/** Somebody outside may mean what only callers inside know by that name. */
function whatIs(name: string, { services, externals }: MeshIr): string {
  if (named(services, name) !== undefined) return "a service";
  return named(externals, name) === undefined ? "" : "an external service";
}

function unknown(kind: Destination, name: string, known: readonly string[], report: Report, is = ""): undefined {
  const args = { name, nearest: is === "" ? (nearest(name, known) ?? "") : "", kind, known, is };
  return report(unknownDestination, args, kind === "backend" ? "backends" : "to", name);
}

/** By name, by number, or the only one. */
function portOf(
  { key, ports }: ServiceIr | ExternalIr,
  wanted: string | undefined,
  report: Report,
): PortIr | undefined {
  const found =
    wanted === undefined
      ? ports.length === 1
        ? ports[0]
        : undefined
      : ports.find(({ name, number }) => name === wanted || String(number) === wanted);
  const known = ports.map(({ name }) => name);
  return found ?? report(unknownRequestPort, { name: key, port: wanted ?? "", known }, "to", spelled(key, wanted));
}

// --- the message -----------------------------------------------------------------------------------------------------

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function headersOf({ headers = [] }: RequestSpec, report: Report): Headers {
  const read = new Map<string, string[]>();
  for (const [name, value] of headers) {
    if (!TOKEN.test(name))
      report(malformedRequest, { part: "header", reason: "has no name that HTTP allows" }, "headers", name);
    if (!VALUE.test(value))
      report(malformedRequest, { part: "header", reason: "holds a character that HTTP forbids" }, "headers", name);
    const key = name.toLowerCase();
    read.set(key, [...(read.get(key) ?? []), value.trim()]);
  }
  return read;
}

function messageOf({ method = "GET" }: RequestSpec, authority: string, target: string, headers: Headers): Message {
  const mark = target.indexOf("?");
  const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
  return { method, authority, path, query, headers };
}

function backendOf({ service: key, version, answers }: BackendSpec, ir: MeshIr, report: Report): Backend | undefined {
  const service = named(ir.services, key);
  if (service === undefined) return unknown("backend", key, keysOf(ir.services), report);
  const known = service.versions.map(({ name }) => name);
  if (version !== undefined && !known.includes(version))
    return report(unknownBackendVersion, { service: key, version, known }, "backends", version);
  const wrong = answers.find((answer) => answer.kind === "status" && !isFinalStatus(answer.status));
  if (wrong?.kind === "status")
    return report(malformedRequest, { part: "backend", reason: NO_STATUS }, "backends", wrong.status);
  return { service: service.id, ...(version === undefined ? {} : { version }), answers };
}

const NO_STATUS = "answers with what is no status from 200 to 599";
const isFinalStatus = (status: number): boolean => Number.isInteger(status) && status >= 200 && status <= 599;
