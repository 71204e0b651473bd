/** Does a verdict of the simulator meet an expectation? What cannot be known meets none. */
import type { Message } from "../contract/message.ts";
import type { Arrival, Denied, Destination, Outcome, Verdict } from "../simulate/verdict.ts";
import { WHOLE } from "../values/percent.ts";
import type { Expectation, Received, Shares } from "./expectation.ts";

type Delivered = Extract<Arrival, { kind: "delivered" }>;

/** By the key of a service or external, what the verdict calls it. */
export type KeyOf = (id: string) => string | undefined;

export function meets(expected: Expectation, verdict: Verdict, keyOf: KeyOf): boolean {
  const { outcome } = verdict;
  switch (expected.kind) {
    case "reaches": {
      const { service, version } = expected;
      return (
        verdict.abort === undefined &&
        everyDelivered(outcome, (one) => keyOf(one.service) === service && (version ?? one.version) === one.version)
      );
    }
    case "splits":
      return verdict.abort === undefined && isSplit(expected, outcome, keyOf);
    case "denied":
      return isDenied(outcome, expected.rule);
    case "redirect":
      return (
        outcome.kind === "redirect" &&
        outcome.location === expected.location &&
        (expected.status ?? outcome.status) === outcome.status
      );
    case "answers":
      return statusOf(outcome) === expected.status;
    case "aborted":
      return expected.share === WHOLE
        ? outcome.kind === "abort" && outcome.status === expected.status
        : verdict.abort?.status === expected.status && verdict.abort.share === expected.share;
    case "delayed":
      return verdict.delay?.length === expected.length && verdict.delay.share === expected.share;
    case "no-route":
      return outcome.kind === "no-route";
    case "no-connection":
      return outcome.kind === "no-connection";
    case "receives":
      return everyDelivered(outcome, (_, { message }) => message !== undefined && isReceived(expected, message));
    case "returns":
      return isReturned(expected.headers, outcome);
    case "waits":
      return outcome.kind === "forward" && outcome.plan.timeout !== null && outcome.plan.timeout <= expected.atMost;
    case "retries":
      return outcome.kind === "forward" && (outcome.plan.retries?.attempts ?? 0) === expected.times;
  }
}

const everyDelivered = (outcome: Outcome, holds: (destination: Destination, arrival: Delivered) => boolean): boolean =>
  outcome.kind === "forward" &&
  outcome.destinations.length > 0 &&
  outcome.destinations.every((one) => one.arrival.kind === "delivered" && holds(one, one.arrival));

/** Whole weights are compared exactly: a/b = c/d just when a·d = c·b. */
function isSplit(
  { service, shares }: { readonly service: string | undefined; readonly shares: Shares },
  outcome: Outcome,
  keyOf: KeyOf,
): boolean {
  if (
    outcome.kind !== "forward" ||
    !everyDelivered(outcome, (one) => service === undefined || keyOf(one.service) === service)
  )
    return false;
  const sum = Object.values(shares).reduce((total, weight) => total + weight, 0);
  const wanted = Object.entries(shares).filter(([, weight]) => weight > 0);
  return (
    wanted.length === outcome.destinations.length &&
    outcome.destinations.every(({ version = "", interval: { from, to, of } }) =>
      wanted.some(([name, weight]) => name === version && weight * of === (to - from) * sum),
    )
  );
}

function isDenied(outcome: Outcome, rule: string | undefined): boolean {
  const isBy = (denied: Denied) => rule === undefined || denied.rule === rule;
  if (outcome.kind === "denied") return isBy(outcome);
  return (
    outcome.kind === "forward" &&
    outcome.destinations.every(({ arrival }) => arrival.kind === "denied" && isBy(arrival))
  );
}

/** The status that a proxy answers with, where one does. */
export function statusOf(outcome: Outcome): number | undefined {
  if (outcome.kind === "forward") {
    const statuses = new Set(
      outcome.destinations.map(({ arrival }) =>
        "status" in arrival && arrival.status !== "closed" ? arrival.status : undefined,
      ),
    );
    return statuses.size === 1 ? [...statuses][0] : undefined;
  }
  return "status" in outcome && outcome.status !== "closed" ? outcome.status : undefined;
}

function isReceived({ method, host, path, query, headers = {} }: Received, message: Message): boolean {
  return (
    (method ?? message.method) === message.method &&
    (host ?? message.authority) === message.authority &&
    (path ?? message.path) === message.path &&
    (query ?? message.query) === message.query &&
    Object.entries(headers).every(([name, value]) => sameValues(message.headers.get(name.toLowerCase()), value))
  );
}

function sameValues(values: readonly string[] = [], wanted: string | readonly string[] | null): boolean {
  const list = wanted === null ? [] : [wanted].flat();
  return list.length === values.length && list.every((value, index) => value === values[index]);
}

/** Values that the mesh itself gives to headers of the answer: a backend may give others to the rest. */
function isReturned(headers: Readonly<Record<string, string>>, outcome: Outcome): boolean {
  const changes = "response" in outcome ? outcome.response : undefined;
  const given = [...(changes?.set ?? []), ...(changes?.add ?? [])];
  return Object.entries(headers).every(([name, value]) =>
    given.some((one) => one.name === name.toLowerCase() && one.value === value),
  );
}
