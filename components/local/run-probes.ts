/** Sends the probes of a mesh and compares what came back with what was expected. */
import type { MeshIr } from "../ir/mesh-ir.ts";
import { speaksHttp } from "../ir/port.ts";
import { FALLBACK } from "../passes/normalize.ts";
import { ask, type Seen } from "./ask.ts";
import type { Expected, Probe } from "./probe.ts";
import type { RunningMesh } from "./running-mesh.ts";

/** A row of the table. */
export interface ProbeResult {
  readonly name: string;
  readonly expected: string;
  readonly seen: string;
  readonly agrees: boolean;
}

/** Requests with shares are many: so many are on their way at a time. */
const AT_ONCE = 16;

export const runProbe = (mesh: RunningMesh, probe: Probe): Promise<ProbeResult> =>
  runProbeBy((one) => ask(mesh, one), probe);

/** Whoever sends the requests. What could not be sent is no answer, and agrees with none. */
export async function runProbeBy(send: (probe: Probe) => Promise<Seen>, probe: Probe): Promise<ProbeResult> {
  try {
    return compared(probe, await askTimes(send, probe, probe.times ?? 1));
  } catch (error) {
    const seen = `not sent: ${(error as Error).message}`;
    return { name: probe.name, expected: showExpected(probe.expect), seen, agrees: false };
  }
}

function compared(probe: Probe, seen: readonly Seen[]): ProbeResult {
  const shown =
    probe.expect.shares === undefined
      ? showSeen(probe.expect, seen[seen.length - 1] as Seen)
      : showShares(probe.expect.shares, seen);
  return { name: probe.name, expected: showExpected(probe.expect), seen: shown, agrees: agrees(probe.expect, seen) };
}

async function askTimes(send: (probe: Probe) => Promise<Seen>, probe: Probe, times: number): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  let asked = 0;
  const worker = async () => {
    while (asked++ < times) seen.push(await send(probe));
  };
  await Promise.all(Array.from({ length: Math.min(times, AT_ONCE) }, worker));
  return seen;
}

// --- comparing -----------------------------------------------------------------------------------------------------

const agrees = (expected: Expected, seen: readonly Seen[]): boolean =>
  seen.every((one) => agreesOnce(expected, one)) &&
  (expected.shares === undefined || sharesAgree(expected.shares, seen));

function agreesOnce(expected: Expected, seen: Seen): boolean {
  const report = reportOf(seen);
  return (
    seen.status === expected.status &&
    (expected.service === undefined || report.service === expected.service) &&
    (expected.version === undefined || report.version === expected.version) &&
    (expected.path === undefined || report.path === expected.path) &&
    (expected.atLeast === undefined || seen.milliseconds >= expected.atLeast) &&
    Object.entries(expected.headers ?? {}).every(([name, value]) => seen.headers[name] === value)
  );
}

/** Each share within four standard deviations of a binomial: a right mesh fails once in 16,000 rows. */
function sharesAgree(shares: Readonly<Record<string, number>>, seen: readonly Seen[]): boolean {
  return Object.entries(shares).every(([version, percent]) => {
    const share = percent / 100;
    const count = seen.filter((one) => reportOf(one).version === version).length;
    const deviation = Math.sqrt(seen.length * share * (1 - share));
    return Math.abs(count - seen.length * share) <= 4 * deviation;
  });
}

interface Report {
  readonly service?: unknown;
  readonly version?: unknown;
  readonly path?: unknown;
}

/** What the stand-in says of itself; nothing where a proxy answered. */
function reportOf({ body }: Seen): Report {
  try {
    const report: unknown = JSON.parse(body);
    if (typeof report !== "object" || report === null) return {};
    return "external" in report ? { ...report, service: report.external } : report;
  } catch {
    return {};
  }
}

// --- words ---------------------------------------------------------------------------------------------------------

const join = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join(" ");

const showExpected = ({ status, service, version, path, headers = {}, shares, atLeast }: Expected): string =>
  join([
    String(status),
    service,
    version,
    path,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    shares &&
      Object.entries(shares)
        .map(([name, share]) => `${name} ${share} %`)
        .join(", "),
    atLeast === undefined ? undefined : `after ${atLeast} ms`,
  ]);

/** The same parts as are expected, so that a difference stands out. */
function showSeen({ service, version, path, headers = {}, atLeast }: Expected, seen: Seen): string {
  const report = reportOf(seen);
  const said = (wanted: unknown, value: unknown) => (wanted === undefined ? undefined : String(value ?? "nobody"));
  return join([
    String(seen.status),
    said(service, report.service),
    said(version, report.version),
    said(path, report.path),
    ...Object.keys(headers).map((name) => `${name}: ${String(seen.headers[name])}`),
    atLeast === undefined ? undefined : `after ${Math.round(seen.milliseconds)} ms`,
  ]);
}

function showShares(shares: Readonly<Record<string, number>>, seen: readonly Seen[]): string {
  const statuses = [...new Set(seen.map(({ status }) => String(status)))].sort().join("/");
  const parts = Object.keys(shares).map((version) => {
    const count = seen.filter((one) => reportOf(one).version === version).length;
    return `${version} ${((100 * count) / seen.length).toFixed(1)} %`;
  });
  return `${statuses} ${parts.join(", ")}`;
}

// --- for a mesh that brings no probes ------------------------------------------------------------------------------

/** Every declared call is answered, and nobody else is. */
export function defaultProbes(ir: MeshIr): readonly Probe[] {
  return ir.services.flatMap((service) =>
    service.ports.flatMap((port): Probe[] => {
      const scheme = speaksHttp(port) ? "http" : "tcp";
      const url = `${scheme}://${service.name}.${service.namespace}:${port.number}/`;
      const protocol = port.protocol === "grpc" ? ("grpc" as const) : undefined;
      return [
        {
          name: `a stranger asks ${service.key}:${port.name}`,
          from: "stranger",
          url,
          expect: { status: speaksHttp(port) ? 403 : "refused" },
        },
        ...(service.mtls.mode === "strict"
          ? [
              {
                name: `plaintext to ${service.key}:${port.name}`,
                from: "plaintext",
                url,
                expect: { status: "refused" },
              } as const,
            ]
          : []),
        ...service.callers
          .filter(
            (caller) =>
              caller.port === port.name &&
              ir.services.some(({ id }) => id === caller.from) &&
              service.routes.every(({ routes }) => routes.every(({ name }) => name === FALLBACK)),
          )
          .map(
            (caller): Probe => ({
              name: `${caller.key} calls ${service.key}:${port.name}`,
              from: { service: caller.key },
              url,
              protocol,
              expect: { status: 200, service: service.key },
            }),
          ),
      ];
    }),
  );
}
