/** What a route does with a request that it has won, in the order in which it happens. */
import { simulateResponse } from "../capabilities/direct-responses/simulate.ts";
import { type Faults, simulateFault } from "../capabilities/fault-injection/simulate.ts";
import { changeHeaders, changesOf } from "../capabilities/header-changes/simulate.ts";
import { locationOf, type Scheme } from "../capabilities/redirects/simulate.ts";
import { simulateRetries } from "../capabilities/retries/simulate.ts";
import { simulateRewrite } from "../capabilities/rewrites/simulate.ts";
import { simulateTimeouts } from "../capabilities/timeouts/simulate.ts";
import { type Part, partsOf } from "../capabilities/traffic-split/simulate.ts";
import type { Message } from "../contract/message.ts";
import type { RouteIr } from "../ir/mesh-ir.ts";
import type { RouteSlots } from "../ir/slots.ts";
import { WHOLE } from "../values/percent.ts";
import { answerOf } from "./answer.ts";
import type { Backend } from "./request.ts";
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

/** Where a route sends a request. */
type Target = Pick<Destination, "service" | "port" | "version">;

export interface Journey {
  readonly message: Message;
  /** How the client came, which a redirect keeps. */
  readonly scheme: Scheme;
  readonly random: number | undefined;
  /** Backends that do not answer at once with 200. */
  readonly backends: readonly Backend[] | undefined;
  /** What the destination's own proxy says. */
  readonly arrive: (destination: Target, message: Message) => Arrival;
}

const UNTOUCHED: Faults = {};

export function follow(route: RouteIr, journey: Journey): Omit<Verdict, "proxy" | "route"> {
  const { delay, abort } = route.fault === undefined ? UNTOUCHED : simulateFault(route.fault, journey.random);
  const response = changesOf(route.headers?.response);
  const always = abort?.share === WHOLE;
  return {
    ...(delay && { delay }),
    ...(abort && !always && { abort }),
    outcome: always ? { kind: "abort", status: abort.status, ...(response && { response }) } : act(route, journey),
  };
}

function act(route: RouteIr, journey: Journey): Outcome {
  const { redirect, respond, headers, rewrite, matching, split } = route;
  const { message, scheme, random } = journey;
  const response = changesOf(headers?.response);
  if (redirect !== undefined) {
    const location = locationOf(redirect, message, matching.path, scheme);
    return { kind: "redirect", status: redirect.status, location, ...(response && { response }) };
  }
  if (respond !== undefined) return { kind: "respond", ...simulateResponse(respond), ...(response && { response }) };
  const changed =
    headers === undefined ? message : withHeaders(message, changeHeaders(message.headers, headers.request));
  const sent = rewrite === undefined ? changed : simulateRewrite(changed, rewrite, matching.path);
  const plan = planOf(route, message.method);
  const parts = split === undefined ? [] : partsOf(split, random);
  const destinations = parts.map((part) => destinationOf(part, sent, plan, journey));
  return { kind: "forward", destinations, plan, ...(response && { response }) };
}

const withHeaders = (message: Message, headers: Message["headers"]): Message =>
  headers === message.headers ? message : { ...message, headers };

function destinationOf(
  { destination: { service, port, version }, interval }: Part,
  sent: Message,
  plan: Plan,
  { arrive, backends }: Journey,
): Destination {
  const target: Target = version === undefined ? { service, port } : { service, port, version };
  const arrival = arrive(target, sent);
  const backend = backends?.find((one) => isBackendOf(one, target));
  if (backend === undefined || arrival.kind !== "delivered") return { ...target, interval, arrival };
  return { ...target, interval, arrival, answer: answerOf(plan, backend.answers) };
}

const isBackendOf = (backend: Backend, { service, port, version }: Target): boolean =>
  backend.service === service &&
  (backend.port === undefined || backend.port === port) &&
  (backend.version === undefined || backend.version === version);

function planOf({ timeouts, retries }: RouteIr, method: string): Plan {
  const again = simulateRetries(retries, method);
  return { ...simulateTimeouts(timeouts), ...(again && { retries: again }) };
}
