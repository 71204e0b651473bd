/** What a route does with a request that it has won, in the order in which it happens. */
import { simulateResponse } from "../capabilities/direct-responses/simulate.ts";
import { simulateFault } from "../capabilities/fault-injection/simulate.ts";
import { changeHeaders, changesOf } from "../capabilities/header-changes/simulate.ts";
import { locationOf, type Scheme } from "../capabilities/redirects/simulate.ts";
import type { RetriesIr } from "../capabilities/retries/ir.ts";
import { isRepeated, triesOf } from "../capabilities/retries/simulate.ts";
import { simulateRewrite } from "../capabilities/rewrites/simulate.ts";
import { simulateTimeouts } from "../capabilities/timeouts/simulate.ts";
import type { SplitIr } from "../capabilities/traffic-split/ir.ts";
import { isDrawn, type Part, partsOf } from "../capabilities/traffic-split/simulate.ts";
import type { Message } from "../contract/message.ts";
import type { PathMatch } from "../ir/match.ts";
import type { RouteIr, ServiceId } from "../ir/mesh-ir.ts";
import { WHOLE } from "../values/percent.ts";
import type { SpiffeId } from "../values/spiffe-id.ts";
import { answerOf } from "./answer.ts";
import { arrive, type InboundPort, noPort, seenNext } from "./inbound.ts";
import type { Normalization, SeenMessage } from "./normalized.ts";
import type { Backend } from "./request.ts";
import type { Destination, Outcome, Plan, ResponseChanges, Verdict } from "./verdict.ts";

/** The way into a port of a service; absent where there is no such port. */
export type Inbound = (service: ServiceId, port: string) => InboundPort | undefined;

export interface Journey {
  /** The message as the first proxy sees it. */
  readonly seen: SeenMessage;
  /** How the client came, which a redirect keeps. */
  readonly scheme: Scheme;
  /** What the first proxy shows to the next one. */
  readonly identity: SpiffeId;
  readonly random: number | undefined;
  /** Backends that do not answer at once with 200. */
  readonly backends: readonly Backend[] | undefined;
}

/** A part of the requests, and where they arrive. */
interface Branch {
  readonly target: Pick<Destination, "service" | "port" | "version">;
  readonly interval: Destination["interval"];
  readonly inbound: InboundPort | undefined;
}

/** What a route does, put together. */
export type Course = { readonly [Part in Acts]: RouteIr[Part] | undefined } & {
  readonly response: ResponseChanges | undefined;
  readonly branches: readonly Branch[];
  readonly once: Plan;
  /** Of methods that are tried again; absent where none is. */
  readonly again: Plan | undefined;
  readonly retries: RetriesIr;
};

type Acts = "fault" | "redirect" | "respond" | "headers" | "rewrite";
type Does = Omit<RouteIr, "name" | "path" | "matching">;

/** Puts together once what many routes do alike: a decision reads the less memory, and finds it near. */
export function coursesOf(inbound: Inbound): (does: Does) => Course {
  const branchesOf = shared((split: SplitIr) => partsOf(split).map((part) => branchOf(part, inbound)));
  const retriesOf = shared((retries: RetriesIr) => ({ retries, tries: triesOf(retries) }));
  return shared((does: Does): Course => {
    // Every part of a route is named here and put to use below: one that is not does not compile.
    const { fault, redirect, respond, headers, rewrite, split, timeouts, retries: asked, ...forgotten } = does;
    forgotten satisfies Record<string, never>;
    const { retries, tries } = retriesOf(asked);
    const once = simulateTimeouts(timeouts);
    return {
      ...{ fault, redirect, respond, headers, rewrite },
      response: changesOf(headers?.response),
      branches: split === undefined ? [] : branchesOf(split),
      once,
      again: tries && { ...once, retries: tries },
      retries,
    };
  });
}

/** One answer for all that are alike. */
function shared<From, Made>(make: (from: From) => Made): (from: From) => Made {
  const made = new Map<string, Made>();
  return (from) => {
    const key = JSON.stringify(from);
    let one = made.get(key);
    if (one === undefined) made.set(key, (one = make(from)));
    return one;
  };
}

function branchOf({ destination: { service, port, version }, interval }: Part, inbound: Inbound): Branch {
  const target = version === undefined ? { service, port } : { service, port, version };
  return { target, interval, inbound: inbound(service, port) };
}

/** @param path what the route asks of it */
export function follow(
  course: Course,
  path: PathMatch | undefined,
  journey: Journey,
): Pick<Verdict, "delay" | "abort" | "outcome"> {
  const { fault, response } = course;
  if (fault === undefined) return { outcome: act(course, path, journey) };
  const { delay, abort } = simulateFault(fault, journey.random);
  const always = abort?.share === WHOLE;
  return {
    ...(delay && { delay }),
    ...(abort && !always && { abort }),
    outcome: always
      ? { kind: "abort", status: abort.status, ...(response && { response }) }
      : act(course, path, journey),
  };
}

function act(course: Course, path: PathMatch | undefined, journey: Journey): Outcome {
  const { redirect, respond, headers, rewrite, branches, response } = course;
  const { scheme, random, seen } = journey;
  const { message } = seen;
  if (redirect !== undefined) {
    const location = locationOf(redirect, message, path, scheme);
    return { kind: "redirect", status: redirect.status, location, ...(response && { response }) };
  }
  if (respond !== undefined) return { kind: "respond", ...simulateResponse(respond), ...(response && { response }) };
  const changed =
    headers === undefined ? message : withHeaders(message, changeHeaders(message.headers, headers.request));
  const sent = rewrite === undefined ? changed : simulateRewrite(changed, rewrite, path);
  const plan = planFor(course, message.method);
  const arriving = seenNext(seen, sent);
  const taken = random === undefined ? branches : branches.filter(({ interval }) => isDrawn(interval, random));
  const destinations = taken.map((branch) => destinationOf(branch, arriving, plan, journey));
  return response === undefined
    ? { kind: "forward", destinations, plan }
    : { kind: "forward", destinations, plan, response };
}

const planFor = ({ once, again, retries }: Course, method: string): Plan =>
  again !== undefined && isRepeated(retries, method) ? again : once;

const withHeaders = (message: Message, headers: Message["headers"]): Message =>
  headers === message.headers ? message : { ...message, headers };

function destinationOf(
  { target, interval, inbound }: Branch,
  arriving: Normalization,
  plan: Plan,
  { identity, backends }: Journey,
): Destination {
  const { service, port, version } = target;
  const arrival = inbound === undefined ? noPort(service, port) : arrive(inbound, identity, arriving);
  const backend = backends?.find((one) => isBackendOf(one, target));
  const answer = backend === undefined || arrival.kind !== "delivered" ? undefined : answerOf(plan, backend.answers);
  if (answer !== undefined) return { ...target, interval, arrival, answer };
  return version === undefined ? { service, port, interval, arrival } : { service, port, version, interval, arrival };
}

const isBackendOf = (backend: Backend, { service, port, version }: Branch["target"]): boolean =>
  backend.service === service &&
  (backend.port === undefined || backend.port === port) &&
  (backend.version === undefined || backend.version === version);
