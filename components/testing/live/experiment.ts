/** How an expectation shows from outside: what is sent beside the request, how often, and what each or all of the answers must be. */
import type { Seen } from "../../local/ask.ts";
import { formatDuration } from "../../values/duration.ts";
import { WHOLE } from "../../values/percent.ts";
import type { Expectation, Received, Shares } from "../expectation.ts";
import type { Asked } from "../world.ts";
import { isFromStandIn, type Report, reportOf, statusSeen } from "./seen.ts";

/** Requests that are sent one after the other, each kind judged for itself. */
export type Experiment = readonly Trial[];

export interface Trial {
  readonly times: number;
  /** Headers that steer the stand-in; a new key for each request where it counts. */
  readonly steer?: ((key: string) => Readonly<Record<string, string>>) | undefined;
  readonly holds: (seen: readonly Seen[]) => boolean;
}

/** Enough to see a split of which nobody spoke: a version that gets a tenth is missed once in a million times. */
const OFTEN = 130;
/** For shares, which are judged within four standard deviations: a right mesh fails once in 16,000 times. */
const SHARES = 400;
const PATIENCE = 18_000;

/** What is peculiar to the stage on which an experiment runs. */
export interface Stage {
  /** The port does not speak HTTP: there is a connection, and no message. */
  readonly isStream: boolean;
  /** What the stand-in of a service or external service calls itself. */
  readonly nameOf: (key: string) => string;
}

export function experimentOf(expected: Expectation, asked: Asked, { isStream, nameOf }: Stage): Experiment {
  switch (expected.kind) {
    case "reaches": {
      const { version } = expected;
      const service = nameOf(expected.service);
      const isThere = ({ service: by, version: which }: Report) => by === service && (version ?? which) === which;
      return [{ times: isStream ? 1 : OFTEN, holds: every((seen) => isThere(reportOf(seen))) }];
    }
    case "splits":
      return [{ times: SHARES, holds: isSplit(expected) }];
    case "denied":
      return once((seen) => isDenied(seen, asked.protocol, isStream));
    case "redirect":
      return once(
        ({ status, headers }) =>
          Number(status) >= 300 &&
          Number(status) < 400 &&
          headers.location === expected.location &&
          (expected.status ?? status) === status,
      );
    case "answers":
      return once((seen) => !isFromStandIn(seen) && seen.status === statusSeen(expected.status, asked.protocol));
    case "aborted":
      return aborted(expected, asked);
    case "delayed":
      return delayed(expected);
    case "no-route":
      return once((seen) => !isFromStandIn(seen) && seen.status === statusSeen(404, asked.protocol));
    case "no-connection":
      return once(({ status }) => status === "refused");
    case "receives":
      return once((seen) => isFromStandIn(seen) && isReceived(expected, reportOf(seen)));
    case "returns":
      return once(({ headers }) =>
        Object.entries(expected.headers).every(([name, value]) => [headers[name.toLowerCase()]].flat().includes(value)),
      );
    case "waits":
      return waits(expected, asked);
    case "retries":
      return retries(expected, asked);
  }
}

const every =
  (holds: (seen: Seen) => boolean): Trial["holds"] =>
  (seen) =>
    seen.every(holds);

const once = (holds: (seen: Seen) => boolean): Experiment => [{ times: 1, holds: every(holds) }];

/** Is a count of independent draws within four standard deviations of its share? */
function isShare(count: number, draws: number, share: number): boolean {
  const deviation = Math.sqrt(draws * share * (1 - share));
  return Math.abs(count - draws * share) <= 4 * deviation;
}

function isSplit({
  service,
  shares,
}: {
  readonly service: string | undefined;
  readonly shares: Shares;
}): Trial["holds"] {
  const sum = Object.values(shares).reduce((total, weight) => total + weight, 0);
  return (seen) => {
    const reports = seen.map(reportOf);
    const known = reports.every(
      (report) => (service ?? report.service) === report.service && Object.hasOwn(shares, report.version ?? ""),
    );
    return (
      known &&
      Object.entries(shares).every(([version, weight]) =>
        isShare(reports.filter((report) => report.version === version).length, seen.length, weight / sum),
      )
    );
  };
}

const RBAC = "RBAC: access denied";

/** Over HTTP Envoy says who it was; a gRPC status and the end of a stream do not. */
function isDenied(seen: Seen, protocol: Asked["protocol"], isStream: boolean): boolean {
  if (isStream) return seen.status === "refused";
  return seen.status === 403 && (protocol === "grpc" ? !isFromStandIn(seen) : seen.body === RBAC);
}

function aborted({ status, share }: Extract<Expectation, { kind: "aborted" }>, { protocol }: Asked): Experiment {
  const isAborted = (seen: Seen) => !isFromStandIn(seen) && seen.status === statusSeen(status, protocol);
  if (share === WHOLE) return once(isAborted);
  return [{ times: SHARES, holds: (seen) => isShare(seen.filter(isAborted).length, seen.length, share / WHOLE) }];
}

/** As long as the fault says; others may have waited for the machine. */
function delayed({ length, share }: Extract<Expectation, { kind: "delayed" }>): Experiment {
  const isDelayed = ({ milliseconds }: Seen) => milliseconds >= length;
  if (share === WHOLE) return [{ times: 1, holds: every(isDelayed) }];
  return [{ times: SHARES, holds: (seen) => isShare(seen.filter(isDelayed).length, seen.length, share / WHOLE) }];
}

/** The stand-in answers only a second after the time is up. */
function waits({ atMost }: Extract<Expectation, { kind: "waits" }>, { protocol }: Asked): Experiment {
  const late = atMost + 1_000;
  if (late > PATIENCE) throw new Error(`${formatDuration(atMost)} is longer than a test waits for a running mesh`);
  const isTimeout = (seen: Seen) => !isFromStandIn(seen) && seen.status === statusSeen(504, protocol);
  return [{ times: 1, steer: () => ({ "x-echo-delay": String(late) }), holds: every(isTimeout) }];
}

/** The stand-in fails so often that the last try just succeeds, then once more. */
function retries({ times }: Extract<Expectation, { kind: "retries" }>, { verdict }: Asked): Experiment {
  const status = failingStatus(verdict);
  const failing = (count: number) => (key: string) => ({
    "x-echo-fail-first": String(count),
    "x-echo-status": String(status),
    "x-echo-key": key,
  });
  const survives = { times: 1, steer: failing(times), holds: every((seen) => seen.status === 200) };
  const gives = { times: 1, steer: failing(times + 1), holds: every((seen) => seen.status !== 200) };
  return times === 0 ? [gives] : [survives, gives];
}

/** A status after which the plan tries again. */
function failingStatus({ outcome }: Asked["verdict"]): number {
  const plan = outcome.kind === "forward" ? outcome.plan.retries : undefined;
  const [own] = plan?.statuses ?? [];
  if (own !== undefined) return own;
  return plan !== undefined && plan.on.length === 1 && plan.on[0] === "retriable-4xx" ? 409 : 503;
}

function isReceived({ method, host, path, query, headers = {} }: Received, report: Report): boolean {
  const [seenPath = "", ...rest] = (report.path ?? "").split("?");
  const seenQuery = rest.length === 0 ? "" : `?${rest.join("?")}`;
  return (
    (method ?? report.method) === report.method &&
    (host ?? report.authority) === report.authority &&
    (path ?? seenPath) === seenPath &&
    (query ?? seenQuery) === seenQuery &&
    Object.entries(headers).every(([name, value]) => isHeader(report.headers?.[name.toLowerCase()], value))
  );
}

/** A proxy may send the values of a header in one line. */
const isHeader = (seen: string | readonly string[] | undefined, wanted: string | readonly string[] | null): boolean =>
  wanted === null ? seen === undefined : seen !== undefined && joined(seen) === joined(wanted);

const joined = (values: string | readonly string[]): string =>
  [values]
    .flat()
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .join(",");
