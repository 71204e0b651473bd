/** What a route does with a request that it has won, in the order in which it happens. */
import { simulateResponse } from "../capabilities/direct-responses/simulate.ts";
import { simulateFault } from "../capabilities/fault-injection/simulate.ts";
import { changeHeaders, changesOf } from "../capabilities/header-changes/simulate.ts";
import { locationOf, type Scheme } from "../capabilities/redirects/simulate.ts";
import { isRepeated, triesOf } from "../capabilities/retries/simulate.ts";
import { simulateRewrite } from "../capabilities/rewrites/simulate.ts";
import { simulateTimeouts } from "../capabilities/timeouts/simulate.ts";
import { type Part, partsOf } from "../capabilities/traffic-split/simulate.ts";
import type { Message } from "../contract/message.ts";
import type { PathMatch } from "../ir/match.ts";
import type { RouteIr } from "../ir/mesh-ir.ts";
import { WHOLE } from "../values/percent.ts";
import { answerOf } from "./answer.ts";
import type { Backend } from "./request.ts";
import type { Arrival, Destination, Outcome, Plan, ResponseChanges, Verdict } from "./verdict.ts";

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

/** What of a route is the same for every request, put together once: a decision reads one place of memory instead of many. */
export type Course = Pick<RouteIr, "fault" | "redirect" | "respond" | "headers" | "rewrite" | "split" | "retries"> & {
  readonly path: PathMatch | undefined;
  readonly response: ResponseChanges | undefined;
  /** Without a draw. */
  readonly parts: readonly Part[];
  readonly once: Plan;
  /** Of methods that are tried again; absent where none is. */
  readonly again: Plan | undefined;
};

/** Every part of a route is named here and put to use below: one that is not does not compile. */
export function courseOf(route: RouteIr): Course {
  const { name, path, matching, fault, redirect, respond, headers, rewrite, split, timeouts, retries, ...forgotten } =
    route;
  forgotten satisfies Record<string, never>;
  const once = simulateTimeouts(timeouts);
  const tries = triesOf(retries);
  return {
    ...{ ...(fault && { fault }), ...(redirect && { redirect }), ...(respond && { respond }) },
    ...{ ...(headers && { headers }), ...(rewrite && { rewrite }), ...(split && { split }) },
    retries,
    path: matching.path,
    response: changesOf(headers?.response),
    parts: split === undefined ? [] : partsOf(split, undefined),
    once,
    again: tries && { ...once, retries: tries },
  };
}

export function follow(course: Course, journey: Journey): Omit<Verdict, "proxy" | "route"> {
  const { fault, response } = course;
  if (fault === undefined) return { outcome: act(course, journey) };
  const { delay, abort } = simulateFault(fault, journey.random);
  const always = abort?.share === WHOLE;
  return {
    ...(delay && { delay }),
    ...(abort && !always && { abort }),
    outcome: always ? { kind: "abort", status: abort.status, ...(response && { response }) } : act(course, journey),
  };
}

function act(course: Course, journey: Journey): Outcome {
  const { redirect, respond, headers, rewrite, path, split, response } = course;
  const { message, scheme, random } = journey;
  if (redirect !== undefined) {
    const location = locationOf(redirect, message, path, scheme);
    return { kind: "redirect", status: redirect.status, location, ...(response && { response }) };
  }
  if (respond !== undefined) return { kind: "respond", ...simulateResponse(respond), ...(response && { response }) };
  const changed =
    headers === undefined ? message : withHeaders(message, changeHeaders(message.headers, headers.request));
  const sent = rewrite === undefined ? changed : simulateRewrite(changed, rewrite, path);
  const plan = planFor(course, message.method);
  const parts = random === undefined || split === undefined ? course.parts : partsOf(split, random);
  const destinations = parts.map((part) => destinationOf(part, sent, plan, journey));
  return response === undefined
    ? { kind: "forward", destinations, plan }
    : { kind: "forward", destinations, plan, response };
}

const planFor = ({ once, again, retries }: Course, method: string): Plan =>
  again !== undefined && isRepeated(retries, method) ? again : once;

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
