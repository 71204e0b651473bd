/** What a route does with a request that it has won, in the order in which it happens. */
import { answerOf } from "../capabilities/direct-responses/simulate.ts";
import { type Faults, simulateFault } from "../capabilities/fault-injection/simulate.ts";
import { changeHeaders, changesOf } from "../capabilities/header-changes/simulate.ts";
import { locationOf, type Scheme } from "../capabilities/redirects/simulate.ts";
import { simulateRetries } from "../capabilities/retries/simulate.ts";
import { simulateRewrite } from "../capabilities/rewrites/simulate.ts";
import { simulateTimeouts } from "../capabilities/timeouts/simulate.ts";
import { partsOf } from "../capabilities/traffic-split/simulate.ts";
import type { Message } from "../contract/message.ts";
import type { RouteIr } from "../ir/mesh-ir.ts";
import type { RouteSlots } from "../ir/slots.ts";
import { WHOLE } from "../values/percent.ts";
import type { Arrival, Destination, Outcome, Plan, Verdict } from "./verdict.ts";

/** The steps, by the part of a route that takes them: a part that is missing here does not compile. */
export const STEPS = {
  matching: 1,
  fault: 2,
  redirect: 3,
  respond: 3,
  headers: 4,
  rewrite: 5,
  timeouts: 6,
  retries: 6,
  split: 7,
} as const satisfies Record<keyof Required<RouteSlots>, number>;

export interface Journey {
  readonly message: Message;
  /** How the client came, which a redirect keeps. */
  readonly scheme: Scheme;
  readonly random: number | undefined;
  /** What the destination's own proxy says. */
  readonly arrive: (destination: Omit<Destination, "arrival" | "interval">, message: Message) => Arrival;
}

const UNTOUCHED: Faults = {};

export function follow(route: RouteIr, journey: Journey): Omit<Verdict, "proxy" | "route"> {
  const { delay, abort } = route.fault === undefined ? UNTOUCHED : simulateFault(route.fault, journey.random);
  const always = abort?.share === WHOLE;
  return {
    ...(delay && { delay }),
    ...(abort && !always && { abort }),
    outcome: always ? { kind: "abort", status: abort.status } : act(route, journey),
  };
}

function act(route: RouteIr, { message, scheme, random, arrive }: Journey): Outcome {
  const { redirect, respond, headers, rewrite, matching, split } = route;
  const response = changesOf(headers?.response);
  if (redirect !== undefined) {
    const location = locationOf(redirect, message, matching.path, scheme);
    return { kind: "redirect", status: redirect.status, location, ...(response && { response }) };
  }
  if (respond !== undefined) return { kind: "respond", ...answerOf(respond), ...(response && { response }) };
  const changed =
    headers === undefined ? message : withHeaders(message, changeHeaders(message.headers, headers.request));
  const sent = rewrite === undefined ? changed : simulateRewrite(changed, rewrite, matching.path);
  const parts = split === undefined ? [] : partsOf(split, random);
  return {
    kind: "forward",
    destinations: parts.map(({ destination, interval }) => destinationOf(destination, interval, sent, arrive)),
    plan: planOf(route, message.method),
    ...(response && { response }),
  };
}

const withHeaders = (message: Message, headers: Message["headers"]): Message =>
  headers === message.headers ? message : { ...message, headers };

function destinationOf(
  { service, port, version }: Omit<Destination, "arrival" | "interval">,
  interval: Destination["interval"],
  sent: Message,
  arrive: Journey["arrive"],
): Destination {
  const destination = version === undefined ? { service, port } : { service, port, version };
  return { ...destination, interval, arrival: arrive(destination, sent) };
}

function planOf({ timeouts, retries }: RouteIr, method: string): Plan {
  const again = simulateRetries(retries, method);
  return { ...simulateTimeouts(timeouts), ...(again && { retries: again }) };
}
