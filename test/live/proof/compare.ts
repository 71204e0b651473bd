/** What the simulator said against what was seen. Nothing here knows routes or rules: only verdicts and observations. */
import type { Message } from "../../../components/contract/message.ts";
import type {
  Admission,
  Arrival,
  Destination,
  Forward,
  Outcome,
  ResponseChanges,
  Verdict,
} from "../../../components/simulate/verdict.ts";
import { WHOLE } from "../../../components/values/percent.ts";
import { type Ask, type HeaderLines, headerMap } from "./ask.ts";
import { BACKEND_HEADER } from "./echo.ts";
import { type Arrived, AUDIT_HEADER } from "./observations.ts";
import type { Seen } from "./perform.ts";
import { OWNED_OF_ANSWERS, OWNED_OF_OWN_ANSWERS, OWNED_OF_REQUESTS } from "./proxy-headers.ts";

export interface Comparison {
  /** What differs; nothing where they agree. Of several possible ends, the differences from the nearest. */
  readonly differences: readonly string[];
  /** Which end it was, where chance decided. */
  readonly drawn?: Drawn | undefined;
}

export interface Drawn {
  readonly aborted: boolean;
  /** Position among the destinations; absent where the answer does not tell. */
  readonly destination?: number | undefined;
}

interface End {
  readonly drawn: Drawn;
  readonly differences: readonly string[];
}

export function compare(verdict: Verdict, ask: Ask, seen: Seen): Comparison {
  const late = delayDifferences(verdict, seen);
  const ends = [...abortEnd(verdict, ask, seen), ...outcomeEnds(verdict.outcome, ask, seen)];
  const agreeing = ends.filter(({ differences }) => differences.length === 0);
  if (agreeing.length > 0) return { differences: late, drawn: commonDraw(agreeing) };
  const nearest = ends.reduce((best, end) => (end.differences.length < best.differences.length ? end : best));
  return { differences: [...late, ...nearest.differences] };
}

/** What all ends say that agree with what was seen. */
function commonDraw(ends: readonly End[]): Drawn | undefined {
  const [first, ...others] = ends.map(({ drawn }) => drawn);
  if (first === undefined || others.some(({ aborted }) => aborted !== first.aborted)) return undefined;
  return others.length === 0 ? first : { aborted: first.aborted };
}

/** Only the lower bound: how long a busy machine takes says nothing about a mesh. */
function delayDifferences({ delay }: Verdict, { took, answer }: Seen): string[] {
  // A proxy's timer counts from when its turn began: on a busy machine that is a little while ago.
  if (delay?.share !== WHOLE || took >= delay.length * 0.7) return [];
  return [`delayed for ${delay.length} ms, but answered after ${took.toFixed(1)} ms (${answer.kind})`];
}

function abortEnd({ abort, outcome }: Verdict, ask: Ask, seen: Seen): End[] {
  if (abort === undefined) return [];
  const end: Outcome = {
    ...("response" in outcome ? { response: outcome.response } : {}),
    kind: "abort",
    status: abort.status,
  } as Outcome;
  return [{ drawn: { aborted: true }, differences: ownAnswer(end, abort.status, ABORTED, ask, seen) }];
}

const ABORTED = "fault filter abort";
const DENIED = "RBAC: access denied";

function outcomeEnds(outcome: Outcome, ask: Ask, seen: Seen): End[] {
  const end = (differences: readonly string[], destination?: number): End => ({
    drawn: { aborted: false, ...(destination === undefined ? {} : { destination }) },
    differences,
  });
  switch (outcome.kind) {
    case "forward":
      return outcome.destinations.flatMap((destination, index) =>
        isDrawn(destination, ask) ? [end(forwarded(outcome, destination, ask, seen), index)] : [],
      );
    case "redirect":
      return [
        end([
          ...ownAnswer(outcome, outcome.status, "", ask, seen, true),
          ...locationDifferences(outcome.location, seen),
        ]),
      ];
    case "respond":
      return [end(ownAnswer(outcome, outcome.status, outcome.body, ask, seen))];
    case "abort":
      return [end(ownAnswer(outcome, outcome.status, ABORTED, ask, seen))];
    case "denied":
      return [end(denied(outcome.status, outcome, ask, seen))];
    case "no-route":
      return [end(ownAnswer(outcome, 404, "", ask, seen))];
    case "bad-request":
      return [end([...statusDifferences(400, seen), ...notArrived(seen)])];
    case "no-connection":
      return [end(closed(seen))];
    case "unknown":
      return [end([`unknown: ${outcome.reason}`])];
  }
}

/** Can chance have chosen this one? */
const isDrawn = ({ interval: { from, to, of } }: Destination, { draw }: Ask): boolean =>
  draw === undefined || (draw % of >= from && draw % of < to);

// --- forwarded -----------------------------------------------------------------------------------------------------

function forwarded(outcome: Forward, destination: Destination, ask: Ask, seen: Seen): string[] {
  const { arrival } = destination;
  switch (arrival.kind) {
    case "delivered":
      return ask.wire === undefined
        ? connected(destination, seen)
        : delivered(outcome, destination, arrival, ask, seen);
    case "denied":
      return denied(arrival.status, outcome, ask, seen);
    case "no-route":
    case "bad-request":
      return [...statusDifferences(arrival.status, seen), ...notArrived(seen)];
    case "unknown":
      return [`unknown: ${arrival.reason}`];
  }
}

function delivered(
  { response }: Forward,
  destination: Destination,
  { message, by }: Extract<Arrival, { kind: "delivered" }>,
  ask: Ask,
  seen: Seen,
): string[] {
  const { status, tries } = destination.answer ?? { status: 200, tries: 1 };
  if (ask.answers !== undefined && destination.answer === undefined) return ["the verdict says nothing of the answer"];
  const first = seen.arrived[0];
  if (message === undefined) return ["the verdict says nothing of the message"];
  return [
    ...statusDifferences(status, seen),
    ...(seen.arrived.length === tries ? [] : [`tries: ${tries} said, ${seen.arrived.length} seen`]),
    ...seen.arrived.flatMap((arrived) => destinationDifferences(destination, arrived)),
    ...(first === undefined ? [] : messageDifferences(message, first)),
    ...seen.arrived.flatMap((arrived) => auditDifferences(by, arrived)),
    ...answerHeaderDifferences(response, ask, seen),
  ];
}

function destinationDifferences({ service, port, version }: Destination, { backend }: Arrived): string[] {
  const same =
    backend.service === service && backend.port === port && (version === undefined || backend.version === version);
  const said = [service, port, version ?? "any version"].join(" ");
  return same ? [] : [`destination: ${said} said, ${[backend.service, backend.port, backend.version].join(" ")} seen`];
}

/** Only proxies that the rig has rendered tell it (merged-bootstrap.ts). */
function auditDifferences(by: Admission, { headers }: Arrived): string[] {
  const told = headers.find(([name]) => name === AUDIT_HEADER)?.[1];
  if (told === undefined) return [];
  const [, deny, allow, rule] = /^deny=(.*) allow=(.*) by=(.*)$/.exec(told) ?? [];
  const seen = deny === "denied" ? `refused by ${rule}` : allow === "denied" ? "refused" : "let in";
  const said = by.kind !== "audit" ? "let in" : by.rule === undefined ? "refused" : `refused by ${by.rule}`;
  return textDifferences("audit", said, seen);
}

function messageDifferences(said: Message, arrived: Arrived): string[] {
  return [
    ...textDifferences("method", said.method, arrived.method),
    ...textDifferences("path", said.path + said.query, arrived.path),
    ...textDifferences("authority", said.authority, arrived.authority),
    ...headerDifferences("header", said.headers, headerMap(arrived.headers), OWNED_OF_REQUESTS),
  ];
}

/** A line of TCP says who answered. */
function connected({ service, port, version }: Destination, { answer }: Seen): string[] {
  if (answer.kind === "closed") return [`connected to ${service} said, closed (${answer.why}) seen`];
  const [, ...seen] = answer.body.split(" ");
  const same = seen[0] === service && seen[1] === port && (version === undefined || seen[2] === version);
  return same ? [] : [`connected to ${service} ${port} said, ${seen.join(" ")} seen`];
}

// --- answers that proxies make -------------------------------------------------------------------------------------

function ownAnswer(outcome: Outcome, status: number, body: string, ask: Ask, seen: Seen, redirects = false): string[] {
  return [
    ...statusDifferences(status, seen),
    ...notArrived(seen),
    ...bodyDifferences(body, ask, seen),
    ...ownHeaderDifferences("response" in outcome ? outcome.response : undefined, status, seen, redirects),
  ];
}

function denied(status: 403 | "closed", outcome: Outcome, ask: Ask, seen: Seen): string[] {
  return status === "closed" ? closed(seen) : ownAnswer(outcome, status, DENIED, ask, seen);
}

const closed = ({ answer }: Seen): string[] =>
  answer.kind === "closed" ? [] : [`closed said, ${answer.status} ${answer.body} seen`];

const notArrived = ({ arrived }: Seen): string[] =>
  arrived.length === 0 ? [] : [`no workload said, ${arrived[0]?.backend.service} seen`];

function bodyDifferences(body: string, { wire }: Ask, { answer }: Seen): string[] {
  if (answer.kind === "closed" || wire?.method === "HEAD") return [];
  return textDifferences("body", body, answer.body);
}

function locationDifferences(location: string, { answer }: Seen): string[] {
  if (answer.kind === "closed") return [];
  return textDifferences("location", location, answer.headers.find(([name]) => name === "location")?.[1] ?? "none");
}

// --- pieces --------------------------------------------------------------------------------------------------------

const statusDifferences = (status: number, { answer }: Seen): string[] =>
  answer.kind === "closed"
    ? [`status: ${status} said, closed (${answer.why}) seen`]
    : answer.status === status
      ? []
      : [`status: ${status} said, ${answer.status} seen`];

/** An answer of a workload, with what the route changes of it; or of a proxy in its place, which the route changes, too. */
function answerHeaderDifferences(changes: ResponseChanges | undefined, ask: Ask, { answer }: Seen): string[] {
  if (answer.kind === "closed") return [];
  const fromWorkload = answer.headers.some(([name]) => name === BACKEND_HEADER);
  const own = fromWorkload ? OWNED_OF_ANSWERS : OWNED_OF_OWN_ANSWERS;
  const lines = fromWorkload ? ask.carries : [];
  const seen = headerMap(answer.headers.filter(([name]) => name !== BACKEND_HEADER));
  return headerDifferences("answer's header", changed(lines, changes), seen, own);
}

function ownHeaderDifferences(
  changes: ResponseChanges | undefined,
  status: number,
  { answer }: Seen,
  redirects: boolean,
): string[] {
  if (answer.kind === "closed") return [];
  // Direct responses with these statuses carry the request's own address.
  const located = redirects || status === 201 || (status >= 300 && status < 400);
  const seen = headerMap(answer.headers.filter(([name]) => !(located && name === "location")));
  return headerDifferences("answer's header", changed([], changes), seen, OWNED_OF_OWN_ANSWERS);
}

/** Header changes by the book (docs/semantics.md): first what is removed, then set, then added. */
function changed(lines: HeaderLines, changes: ResponseChanges | undefined): ReadonlyMap<string, readonly string[]> {
  const map = new Map(headerMap(lines));
  if (changes === undefined) return map;
  for (const name of changes.remove) map.delete(name);
  for (const { name, value } of changes.set) map.set(name, [value]);
  for (const { name, value } of changes.add) map.set(name, [...(map.get(name) ?? []), value]);
  return map;
}

function headerDifferences(
  what: string,
  said: ReadonlyMap<string, readonly string[]>,
  seen: ReadonlyMap<string, readonly string[]>,
  owned: ReadonlySet<string>,
): string[] {
  const names = new Set([...said.keys(), ...seen.keys()]);
  return [...names]
    .filter((name) => !owned.has(name))
    .flatMap((name) => textDifferences(`${what} ${name}`, valuesText(name, said), valuesText(name, seen)));
}

/** Cookies may be joined on the way (RFC 9113 8.2.3); of all other headers the values stay apart. */
function valuesText(name: string, headers: ReadonlyMap<string, readonly string[]>): string {
  const values = headers.get(name);
  if (values === undefined) return "none";
  return name === "cookie" ? values.join("; ") : JSON.stringify(values);
}

const textDifferences = (what: string, said: string, seen: string): string[] =>
  said === seen ? [] : [`${what}: ${said} said, ${seen} seen`];
