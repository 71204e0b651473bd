/** A verdict as a person reads it: five lines, or all of it. */
import type { Message } from "../contract/message.ts";
import { printable } from "../diagnostics/format.ts";
import { formatDuration } from "../values/duration.ts";
import { formatPercent } from "../values/percent.ts";
import type { Explanation, RulesAt, Tried } from "./explain.ts";
import type { SimulatedRequest } from "./request.ts";
import type { Arrival, Denied, Destination, Forward, Outcome, Plan, ResponseChanges, Verdict } from "./verdict.ts";

/** A label and its text. */
export type Line = readonly [label: string, text: string];

export const formatLines = (lines: readonly Line[]): string => {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${printable(text)}`.trimEnd()).join("\n");
};

/** Request, outcome, route, access, waiting: what a colleague would ask, in this order. */
export const summaryOf = (request: SimulatedRequest, explanation: Explanation): readonly Line[] => [
  ["request", requestText(request)],
  ["result", resultText(explanation.verdict)],
  ["route", routeText(explanation)],
  ["access", accessText(explanation)],
  ["waits", waitsText(explanation.verdict)],
];

/** The summary, and whatever else was looked at or changed. */
export const everythingOf = (request: SimulatedRequest, explanation: Explanation): readonly Line[] => [
  ...summaryOf(request, explanation),
  ...explanation.rewritten.map(({ part, from, to }): Line => ["spelling", `${part} ${from} is read as ${to}`]),
  ...explanation.routes.map((tried): Line => ["tried", triedText(tried)]),
  ...explanation.access.flatMap(rulesText),
  ...receivedText(explanation.verdict),
  ...responseText(explanation.verdict.outcome),
];

// --- request ---------------------------------------------------------------------------------------------------------

function requestText({ from, message, connection }: SimulatedRequest): string {
  if (connection !== undefined) return `${askerText(from)} connects to ${connection.to}:${connection.port}`;
  if (message === undefined) return askerText(from);
  const { method, authority, path, query, headers } = message;
  const lines = [...headers].flatMap(([name, values]) => values.map((value) => `  ${name}: ${value}`));
  return `${askerText(from)} asks ${authority}: ${method} ${path}${query}${lines.join("")}`;
}

function askerText(from: SimulatedRequest["from"]): string {
  switch (from.kind) {
    case "service":
      return nameOf(from.service);
    case "outside":
      return `a client outside, at ${nameOf(from.gateway)} (${from.listener}),`;
    case "straight":
      return `${from.shows.kind === "plaintext" ? "somebody without TLS" : "a stranger"}, straight at ${nameOf(from.service)}:${from.port},`;
  }
}

/** `default/shop/web` is `web`; one cluster set and unique keys make the rest repetition. */
const nameOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

// --- result ----------------------------------------------------------------------------------------------------------

function resultText({ abort, delay, outcome }: Verdict): string {
  const held = delay === undefined ? [] : [`${shareText(delay.share)}held back for ${formatDuration(delay.length)}`];
  const aborted = abort === undefined ? [] : [`${shareText(abort.share)}aborted with ${abort.status}`];
  return [...held, ...aborted, outcomeText(outcome)].join("; ");
}

const shareText = (share: Parameters<typeof formatPercent>[0]): string =>
  formatPercent(share) === "100%" ? "" : `${formatPercent(share)} of them `;

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "forward":
      return outcome.destinations.map((one) => destinationText(one, outcome)).join(", ");
    case "redirect":
      return `redirected (${outcome.status}) to ${outcome.location}`;
    case "respond":
      return `answered by the proxy with ${outcome.status}${outcome.body === "" ? "" : `, ${outcome.body.length} characters`}`;
    case "abort":
      return `aborted by a fault with ${outcome.status}`;
    case "denied":
      return deniedText(outcome);
    case "no-route":
      return outcome.reason === "host"
        ? "404: the proxy knows nobody of that name and port"
        : "404: no route of the gateway is for it";
    case "bad-request":
      return `400: ${outcome.reason}`;
    case "no-connection":
      return `no connection: ${outcome.reason}`;
    case "unknown":
      return `unknown: ${outcome.reason}`;
  }
}

function destinationText(destination: Destination, { destinations }: Forward): string {
  const { from, to, of } = destination.interval;
  const share = destinations.length === 1 ? "" : `${round(((to - from) / of) * 100)} % `;
  const version = destination.version === undefined ? "" : ` ${destination.version}`;
  const answer = destination.answer === undefined ? "" : `, ${answerText(destination.answer)}`;
  return `${share}to ${nameOf(destination.service)}:${destination.port}${version}${arrivalText(destination.arrival)}${answer}`;
}

const round = (share: number): number => Math.round(share * 100) / 100;

const answerText = ({ status, tries }: NonNullable<Destination["answer"]>): string =>
  `${status} after ${tries === 1 ? "one try" : `${tries} tries`}`;

function arrivalText(arrival: Arrival): string {
  switch (arrival.kind) {
    case "delivered":
      return "";
    case "denied":
      return `, ${deniedText(arrival)}`;
    case "no-route":
      return ", which answers 404: the request asks for no path";
    case "bad-request":
      return `, which answers 400: ${arrival.reason}`;
    case "unknown":
      return `, unknown: ${arrival.reason}`;
  }
}

const deniedText = ({ status, service, rule }: Denied): string => {
  const how = status === "closed" ? "the connection is closed" : `refused with ${status}`;
  return `${how}${whyRefused(rule, nameOf(service))}`;
};

const whyRefused = (rule: string | undefined, service: string): string =>
  rule === undefined ? `: nothing lets the caller into ${service}` : ` by rule ${rule}`;

// --- route, access, waiting ------------------------------------------------------------------------------------------

function routeText({ verdict: { route, outcome }, routes, known }: Explanation): string {
  if (route === undefined)
    return outcome.kind === "no-route" && outcome.reason === "path"
      ? `none of ${routes.length} matches`
      : `none is asked${known === undefined ? "" : `: the proxy knows ${knownText(known)}`}`;
  const winner = routes.findIndex(({ result }) => result.kind === "won");
  const others = `${beforeText(winner)}${afterText(routes.slice(winner + 1))}`;
  if (route.path[0] === "services") return `none of its own: the service itself${others}`;
  const won = routes[winner]?.result;
  const because = won?.kind === "won" && won.because.length > 0 ? won.because.join(", ") : "it is for every request";
  return `${route.path.join(".")}: ${because}${others}`;
}

const MOST_NAMES = 8;

function knownText(names: readonly string[]): string {
  if (names.length === 0) return "nobody";
  const rest = names.length - MOST_NAMES;
  return `only ${names.slice(0, MOST_NAMES).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

const beforeText = (count: number): string =>
  count > 0 ? `; ${count === 1 ? "one" : count} before it did not match` : "";

/** One that is for every request always matches as well: nobody wonders about it. */
function afterText(later: readonly Tried[]): string {
  const next = later.find(({ result }) => result.kind === "not-asked" && result.because.length > 0);
  return next === undefined ? "" : `; ${next.name} would match, too, and comes later`;
}

function accessText({ verdict: { outcome }, access }: Explanation): string {
  if (outcome.kind === "denied") return deniedText(outcome);
  if (outcome.kind !== "forward") return "not asked: the request reaches no service";
  const texts = outcome.destinations.map(({ service, arrival }) => admissionText(nameOf(service), arrival));
  const [at] = access;
  const [destination] = outcome.destinations;
  const others = at === undefined || destination === undefined ? [] : almostTexts(at, destination.arrival);
  return [...new Set(texts), ...others].join("; ");
}

/** Rules that mean this caller and would have decided otherwise, but for a condition. */
function almostTexts({ rules }: RulesAt, arrival: Arrival): readonly string[] {
  const refusal = arrival.kind === "delivered" ? arrival.by : arrival;
  const isRefused = refusal.kind === "denied" || refusal.kind === "audit";
  if (isRefused ? refusal.rule !== undefined : arrival.kind !== "delivered") return [];
  return rules.flatMap(({ name, effect, result }) =>
    result.kind === "lost" && (effect === "allow") === isRefused
      ? [`rule ${name} ${isRefused ? "lets it in" : "refuses"} only where ${result.because}`]
      : [],
  );
}

function admissionText(service: string, arrival: Arrival): string {
  if (arrival.kind === "denied") return deniedText(arrival);
  if (arrival.kind !== "delivered") return "not asked";
  switch (arrival.by.kind) {
    case "rule":
      return `${service} lets it in by rule ${arrival.by.rule}`;
    case "call":
      return `${service} lets it in: the caller declares the call`;
    case "plaintext":
      return `${service} takes plaintext`;
    case "outside":
      return `${service} is outside the mesh`;
    case "audit":
      return `${service} lets it in, for access is only audited: it would be refused${whyRefused(arrival.by.rule, service)}`;
  }
}

function waitsText({ outcome }: Verdict): string {
  return outcome.kind === "forward" ? planText(outcome.plan) : "not at all: the proxy answers";
}

function planText({ timeout, perTry, retries }: Plan): string {
  const whole = timeout === null ? "as long as it takes" : `at most ${formatDuration(timeout)}`;
  const each = perTry === undefined ? "" : `, ${formatDuration(perTry)} for a try`;
  if (retries === undefined) return `${whole}${each}; one try`;
  const on = [...retries.on, ...retries.statuses].join(", ");
  return `${whole}${each}; up to ${retries.attempts} more ${retries.attempts === 1 ? "try" : "tries"} on ${on}`;
}

// --- everything ------------------------------------------------------------------------------------------------------

function triedText({ path, result }: Tried): string {
  switch (result.kind) {
    case "won":
      return `${path.join(".")}: won`;
    case "lost":
      return `${path.join(".")}: does not hold: ${result.because}`;
    case "not-meant":
      return `${path.join(".")}: speaks of other callers`;
    case "not-asked":
      return `${path.join(".")}: comes later`;
  }
}

const rulesText = ({ service, rules }: RulesAt): readonly Line[] =>
  rules.map((rule) => ["rule", `${nameOf(service)}: ${rule.effect} ${triedText(rule)}`]);

function receivedText({ outcome }: Verdict): readonly Line[] {
  if (outcome.kind !== "forward") return [];
  const messages = outcome.destinations.flatMap(
    ({ arrival }) => (arrival.kind === "delivered" && arrival.message) || [],
  );
  return [...new Set(messages.map(messageText))].map((text): Line => ["receives", text]);
}

const messageText = ({ method, authority, path, query, headers }: Message): string =>
  [
    `${method} ${path}${query}`,
    `host: ${authority}`,
    ...[...headers].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`)),
  ].join("  ");

function responseText(outcome: Outcome): readonly Line[] {
  const changes = "response" in outcome ? outcome.response : undefined;
  return changes === undefined ? [] : [["response", changesText(changes)]];
}

const changesText = ({ remove, set, add }: ResponseChanges): string =>
  [
    ...remove.map((name) => `without ${name}`),
    ...set.map(({ name, value }) => `${name} is ${value}`),
    ...add.map(({ name, value }) => `one more ${name}: ${value}`),
  ].join(", ");
