/**
 * Where Istio, served to the stock Envoy, is known to do otherwise than the simulator says. What is declared is what a user can read: the
 * differences of Istio's that capabilities name, and what their support tables say is lost. Everything else is a disagreement.
 */
import { capabilities } from "../../../components/capabilities/registry.ts";
import type { MeshIr, RouteTableIr } from "../../../components/ir/mesh-ir.ts";
import type { Verdict } from "../../../components/simulate/verdict.ts";
import type { Ask } from "../../live/proof/ask.ts";
import type { Seen } from "../../live/proof/perform.ts";
import { httpCallsOf } from "./istio-way.ts";

/** What users read, by the name of the difference, or of the row that is done in part. */
export const DECLARED: ReadonlyMap<string, string> = new Map(
  capabilities.flatMap(({ id, support, differences = [] }) => [
    ...differences
      .filter(({ engine }) => engine === "istio")
      .map((one) => [one.id, `${id}, other than rule ${one.rule}: ${one.does}`] as const),
    ...Object.values(support)
      .flatMap((table) => Object.entries(table))
      .flatMap(([row, { istio }]) =>
        istio.level === "partial" ? [[row, `${id}, ${row}: ${istio.loses}`] as const] : [],
      ),
  ]),
);

interface Differing {
  readonly ir: MeshIr;
  readonly verdict: Verdict;
  readonly ask: Ask;
  readonly seen: Seen;
  readonly differences: readonly string[];
}

/** Under which names users read of all that differs; undefined where something differs of which they read nowhere. */
export function declared(differing: Differing): readonly string[] | undefined {
  const lines = differing.differences.map((difference) => ({ difference, name: ofLine(difference) }));
  const differences = lines.flatMap(({ difference, name }) => (name === undefined ? [difference] : []));
  const names = lines.flatMap(({ name }) => name ?? []);
  if (differences.length > 0) names.push(ofRequest({ ...differing, differences }) ?? "");
  return names.every((name) => DECLARED.has(name)) ? [...new Set(names)] : undefined;
}

/** What shows in one place of a message alone. */
function ofLine(difference: string): string | undefined {
  if (difference.startsWith("header expect:")) return "expect: 100-continue";
  const [, said, seen = ""] = /^(?:authority|location): (.*) said, (.*) seen$/s.exec(difference) ?? [];
  return said === seen.replace(/\.(?=[:/]|$)/, "") ? "dot at the end" : undefined;
}

/** What makes a proxy do something else with the whole request. */
function ofRequest({ ir, verdict, ask, seen, differences }: Differing): string | undefined {
  const { outcome } = verdict;
  const { from, wire } = ask;
  const status = seen.answer.kind === "closed" ? "closed" : seen.answer.status;
  const host = wire?.host ?? "";
  if (outcome.kind === "no-route" && outcome.reason === "host" && from.kind === "service") {
    if (status === 502 || status === "closed") return "unknown host";
    if (isCalled(ir, from.service, host)) return "port in the host";
  }
  if (/\.(?::\d*)?$/.test(host) && (status === 502 || status === 404)) return "dot at the end";
  if (from.kind === "outside") {
    if (/:(?!\d+$)/.test(host)) return "more than a port";
    if (outcome.kind === "redirect" && differences.every(isLocation) && outcome.location.includes(":443/"))
      return verdict.route === undefined ? "address of https" : "default port";
  }
  const cookie = cookiesAsked(ir, verdict).find(({ name }) => isTwice(name, ask) || cookieLines(ask).length > 1);
  if (cookie !== undefined) return cookie.row;
  return from.kind === "service" && isSteered(ask) && (status === 504 || differences.some(isAboutTries))
    ? "steering headers"
    : undefined;
}

/** Without its port a name of somebody whom this service calls by HTTP. */
const isCalled = (ir: MeshIr, caller: string, host: string): boolean =>
  httpCallsOf(ir, caller).some(({ domains }) => domains.some((domain) => bare(domain) === bare(host)));

const bare = (host: string): string => host.toLowerCase().replace(/\.?(?::[^:]*)?$/, "");

const isLocation = (difference: string): boolean => difference.startsWith("location:");

const isSteered = ({ wire }: Ask): boolean =>
  wire?.headers.some(([name]) => name.toLowerCase().startsWith("x-envoy-")) === true;

const isAboutTries = (difference: string): boolean =>
  difference.startsWith("tries:") || difference.startsWith("header x-envoy-");

/** What routes of the tables that were tried ask of cookies, each with its row in the support table. */
function cookiesAsked(ir: MeshIr, { route, proxy }: Verdict) {
  const services = route === undefined ? [] : ir.services.flatMap(({ routes }) => routes);
  const gateways = ir.gateways.filter(({ id }) => id === proxy).flatMap(({ hosts }) => hosts);
  const isTried = ({ name }: RouteTableIr) => route === undefined || name === route.table;
  return [...services, ...gateways]
    .filter(isTried)
    .flatMap(({ routes }) => routes.flatMap(({ matching }) => matching.cookies))
    .map(({ name, match }) => ({ name, row: `kind=cookie-${match.kind}` }));
}

const cookieLines = ({ wire }: Ask) => wire?.headers.filter(([name]) => name.toLowerCase() === "cookie") ?? [];

function isTwice(cookie: string, ask: Ask): boolean {
  const names = cookieLines(ask).flatMap(([, value]) => value.split(";").map((one) => one.split("=")[0]?.trim()));
  return names.filter((name) => name === cookie).length > 1;
}

/** Headers that Istio's configuration of Envoy adds to what proxies own (proxy-headers.ts). */
const ISTIOS_OWN: ReadonlySet<string> = new Set([
  "x-envoy-attempt-count",
  "x-envoy-upstream-service-time",
  "x-envoy-decorator-operation",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-original-host",
  "x-envoy-original-path",
]);

/** Whoever sends one of these himself is told nothing by what arrives under its name. */
export const isNotIstiosOwn = (difference: string): boolean =>
  !ISTIOS_OWN.has(/^header ([^:]+):/.exec(difference)?.[1] ?? "");

export function withoutIstiosOwn({ answer, arrived, took }: Seen): Seen {
  const kept = <T extends readonly (readonly [name: string, value: string])[]>(headers: T) =>
    headers.filter(([name]) => !ISTIOS_OWN.has(name));
  return {
    took,
    answer: answer.kind === "closed" ? answer : { ...answer, headers: kept(answer.headers) },
    arrived: arrived.map((one) => ({ ...one, headers: kept(one.headers) })),
  };
}
