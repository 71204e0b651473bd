/** Do the probes of an environment name what its mesh has? Asked before anything is sent: nobody answers for a name that is misspelled. */
import { wrongType } from "../contract/codes.ts";
import { type Diagnostic, diagnose } from "../diagnostics/diagnostic.ts";
import type { MeshIr, ServiceIr } from "../ir/mesh-ir.ts";
import { chooseListener, spelledDoor } from "../simulate/choose-listener.ts";
import { severalListeners } from "../simulate/codes.ts";
import type { ModelPath } from "../values/model-path.ts";
import { nearest } from "../values/name.ts";
import { type ProbePart, unknownInProbe } from "./codes.ts";
import { findCallee, findPort } from "./find-callee.ts";
import { isOutside, type Probe, writtenPort } from "./probe.ts";

export const checkProbes = (probes: readonly Probe[], ir: MeshIr): readonly Diagnostic[] =>
  probes.flatMap((probe, index) =>
    isMeantFor(probe, ir)
      ? checkProbe(probe, ir).map((found) => ({ ...found, path: ["probes", index, ...found.path] }))
      : [],
  );

export const isMeantFor = ({ environment }: Probe, ir: MeshIr): boolean =>
  environment === undefined || environment === ir.environment;

/** Paths begin at the probe. */
function checkProbe(probe: Probe, ir: MeshIr): readonly Diagnostic[] {
  const { from } = probe;
  const expected = checkExpected(probe, ir);
  if (isOutside(from)) return [...checkOutside(probe, from === "outside" ? {} : from, ir), ...expected];
  if (typeof from === "string") return [...checkCallee(probe, ir), ...expected];
  return [...checkCaller(from, ir), ...checkCalled(probe, ir), ...expected];
}

const NOTHING: readonly Diagnostic[] = [];

function unknown(kind: ProbePart, name: string, known: readonly string[], ...path: ModelPath): readonly Diagnostic[] {
  const args = { kind, name, nearest: nearest(name, known) ?? "", known };
  return [diagnose(unknownInProbe, args, { path, got: name })];
}

const keysOf = (items: readonly { readonly key: string }[]): readonly string[] => items.map(({ key }) => key);

const namesOf = (items: readonly { readonly name: string }[]): readonly string[] => items.map(({ name }) => name);

/** Somebody may ask for a host that nobody has, to see that there is none. */
const mayBeNobody = ({ expect, headers = {} }: Probe): boolean =>
  expect.status === 404 || Object.keys(headers).some((name) => name.toLowerCase() === "host");

// --- at a gateway --------------------------------------------------------------------------------------------------

function checkOutside(
  probe: Probe,
  { gateway, listener }: { readonly gateway?: string; readonly listener?: string | undefined },
  ir: MeshIr,
): readonly Diagnostic[] {
  const gateways = ir.gateways.filter(({ key }) => gateway === undefined || key === gateway);
  if (gateways.length === 0 && gateway !== undefined)
    return unknown("gateway", gateway, keysOf(ir.gateways), "from", "gateway");
  const listeners = namesOf(gateways.flatMap((one) => one.listeners));
  if (listener !== undefined && !listeners.includes(listener))
    return unknown("listener", listener, listeners, "from", "listener");
  const { protocol, hostname: host } = new URL(probe.url);
  const at = { path: ["url"], got: probe.url };
  if (protocol === "tcp:")
    return [diagnose(wrongType, { expected: "a URL with http:// or https://", found: "tcp" }, at)];
  const scheme = protocol === "https:" ? "https" : "http";
  const chosen = chooseListener(ir, { gateway, listener, scheme, host, port: writtenPort(probe.url) });
  if (chosen.kind === "serving" || (chosen.kind === "unserved" && mayBeNobody(probe))) return NOTHING;
  if (chosen.kind !== "several") return unknown("host", host, namesOf(gateways.flatMap(({ hosts }) => hosts)), "url");
  const candidates = chosen.candidates.map((door) => spelledDoor(door, host));
  return [diagnose(severalListeners, { host, candidates }, at)];
}

// --- inside the mesh -----------------------------------------------------------------------------------------------

function checkCaller(
  { service, version }: { readonly service: string; readonly version?: string | undefined },
  { services }: MeshIr,
): readonly Diagnostic[] {
  const caller = services.find(({ key }) => key === service);
  if (caller === undefined) return unknown("service", service, keysOf(services), "from", "service");
  const versions = namesOf(caller.versions);
  return version === undefined || versions.includes(version)
    ? NOTHING
    : unknown("version", version, versions, "from", "version");
}

/** Whom a service asks. Its proxy answers for a host that it does not know; for a connection nobody does. */
function checkCalled(probe: Probe, ir: MeshIr): readonly Diagnostic[] {
  const { protocol, hostname } = new URL(probe.url);
  const isHttp = protocol !== "tcp:";
  if (isHttp && mayBeNobody(probe)) return NOTHING;
  const external = ir.externals.find(({ host }) => host === hostname);
  if (external === undefined) return checkCallee(probe, ir);
  return isHttp ? NOTHING : checkPort(probe, external);
}

function checkCallee(probe: Probe, ir: MeshIr): readonly Diagnostic[] {
  const { hostname } = new URL(probe.url);
  const callee = findCallee(ir, hostname);
  const known = [...namesOf(ir.services), ...ir.externals.map(({ host }) => host)];
  return callee === undefined ? unknown("host", hostname, known, "url") : checkPort(probe, callee);
}

function checkPort({ url }: Probe, callee: Pick<ServiceIr, "ports">): readonly Diagnostic[] {
  const port = writtenPort(url);
  if (findPort(callee, port) !== undefined) return NOTHING;
  const known = callee.ports.map(({ number }) => String(number));
  return unknown("port", port ?? "80", known, "url");
}

// --- the answer ----------------------------------------------------------------------------------------------------

/** What stand-ins call themselves. */
function checkExpected({ expect }: Probe, { services, externals }: MeshIr): readonly Diagnostic[] {
  const { service, version, shares = {} } = expect;
  const known = [...keysOf(services), ...externals.map(({ host }) => host)];
  if (service !== undefined && !known.includes(service)) return unknown("service", service, known, "expect", "service");
  const answering = services.filter(({ key }) => service === undefined || key === service);
  const versions = [...new Set(answering.flatMap((one) => namesOf(one.versions)))];
  const at = (name: string, ...path: ModelPath) =>
    versions.includes(name) ? NOTHING : unknown("version", name, versions, "expect", ...path);
  return [
    ...(version === undefined ? NOTHING : at(version, "version")),
    ...Object.keys(shares).flatMap((name) => at(name, "shares", name)),
  ];
}
