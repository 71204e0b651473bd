/**
 * Where Istio, served to the stock Envoy, is known to do otherwise than the simulator says, each with the reason. Everything else that
 * differs is a disagreement.
 */
import type { MeshIr } from "../../../components/ir/mesh-ir.ts";
import type { Verdict } from "../../../components/simulate/verdict.ts";
import type { Ask } from "../../live/proof/ask.ts";
import type { Seen } from "../../live/proof/perform.ts";

export type Declared = keyof typeof REASONS;

export const REASONS = {
  "unknown host":
    "a host that a caller does not call is answered with 502 (its fallback route), or the connection closes",
  "malformed host": "an authority that is none is answered with 400, before any route is tried",
  "port in the host": "the port behind a host is ignored, and none is missed: the one that is connected to decides",
  "dot at the end": "`reviews.shop.` is no name of a service but in full, and the dot stays in the authority",
  "steering headers": "the caller's Envoy obeys `x-envoy-` headers of its application and takes them out",
  "expect: 100-continue": "it is passed on",
  underscores: "a gateway takes headers with underscores in their names",
  "escaped slashes": "a gateway reads `%2F` and `%5C` as slashes and goes on; ours asks the client to write them so",
  "port of a redirect": "a redirect to https leaves out the port that https has anyhow",
  fragment: "what follows `#` in a path is cut off, not refused",
  "dots before a backslash": "`..;` with a backslash behind it is resolved in another order: what follows is gone",
  "cookie twice": "every cookie of a name counts, not the first alone",
  "semicolon in a cookie":
    "a cookie is found by an expression over the whole header, so its value can hold what ends one",
  "back to the caller":
    "a route that leads a caller to itself finds no subset, since nobody in its namespace calls it: 503, not 403",
} as const;

export function declared({ ir, verdict, ask, seen, differences }: Differing): Declared | undefined {
  const { outcome } = verdict;
  const { from, wire } = ask;
  const status = seen.answer.kind === "closed" ? "closed" : seen.answer.status;
  const host = wire?.host ?? "";
  if (outcome.kind === "no-route" && outcome.reason === "host") {
    if (status === 400) return "malformed host";
    if (from.kind === "service" && (status === 502 || status === "closed")) return "unknown host";
    if (from.kind === "service" || host.includes(":")) return "port in the host";
  }
  if (/\.(?::\d*)?$/.test(host) && (status === 502 || status === 404 || differences.every(isAuthority)))
    return "dot at the end";
  if (from.kind === "outside" && outcome.kind === "redirect") {
    if (differences.every((one) => one.startsWith("location:")) && outcome.location.includes(":443/"))
      return "port of a redirect";
    if (outcome.status === 307 && /%2f|%5c/i.test(wire?.target ?? "")) return "escaped slashes";
  }
  if (outcome.kind === "bad-request") {
    if (wire?.target.includes("#")) return "fragment";
    if (from.kind === "outside" && wire?.headers.some(([name]) => name.includes("_"))) return "underscores";
  }
  if (/\.;.*(?:\\|%5c)/i.test(wire?.target ?? "")) return "dots before a backslash";
  if (wire?.headers.some(([name]) => name.toLowerCase().startsWith("x-envoy-"))) return "steering headers";
  if (differences.every((one) => one.startsWith("header expect:"))) return "expect: 100-continue";
  if (status === 503 && leadsBack(verdict, ask)) return "back to the caller";
  if (cookiesAsked(ir, verdict).some(({ match }) => "value" in match && match.value.includes(";")))
    return "semicolon in a cookie";
  return cookiesAsked(ir, verdict).some(({ name }) => isTwice(name, ask)) ? "cookie twice" : undefined;
}

interface Differing {
  readonly ir: MeshIr;
  readonly verdict: Verdict;
  readonly ask: Ask;
  readonly seen: Seen;
  readonly differences: readonly string[];
}

const isAuthority = (difference: string): boolean => difference.startsWith("authority:");

const leadsBack = ({ outcome }: Verdict, { from }: Ask): boolean =>
  outcome.kind === "forward" &&
  from.kind === "service" &&
  outcome.destinations.some(({ service, arrival }) => service === from.service && arrival.kind === "denied");

/** What routes of the table that was tried ask of cookies. */
const cookiesAsked = (ir: MeshIr, { route }: Verdict) =>
  [...ir.services.flatMap(({ routes }) => routes), ...ir.gateways.flatMap(({ hosts }) => hosts)]
    .filter(({ name }) => name === route?.table)
    .flatMap(({ routes }) => routes.flatMap(({ matching }) => matching.cookies));

function isTwice(cookie: string, { wire }: Ask): boolean {
  const lines = wire?.headers.filter(([name]) => name.toLowerCase() === "cookie") ?? [];
  const names = lines.flatMap(([, value]) => value.split(";").map((one) => one.split("=")[0]?.trim()));
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

export function withoutIstiosOwn({ answer, arrived, took }: Seen): Seen {
  const kept = <T extends readonly (readonly [name: string, value: string])[]>(headers: T) =>
    headers.filter(([name]) => !ISTIOS_OWN.has(name));
  return {
    took,
    answer: answer.kind === "closed" ? answer : { ...answer, headers: kept(answer.headers) },
    arrived: arrived.map((one) => ({ ...one, headers: kept(one.headers) })),
  };
}
