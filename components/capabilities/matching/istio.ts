/**
 * Matching on Istio: the parts of `HTTPMatchRequest`. Its prefixes are text, so a whole segment is that very path or what is below
 * it; it knows no cookies, so they are regular expressions on the header that carries them.
 */
import { cookiesRegex, hasAnchor } from "../../engines/istio/cookies.ts";
import { add, set, stringMatch } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { Limit } from "../../engines/limit.ts";
import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { JsonObject } from "../../values/json.ts";
import { LONGEST_REGEX, quoteRegex } from "../../values/regex.ts";
import type { MatchingIr } from "./ir.ts";

export function renderMatching({
  path,
  methods,
  headers,
  query,
  cookies,
  authority,
  source,
}: MatchingIr): readonly IstioFragment[] {
  return [
    ...renderPath(path),
    ...(methods ? [set("match.method", methods)] : []),
    ...(authority === undefined ? [] : [set("match.authority", { regex: authorityRegex(authority) })]),
    ...headers.map(headerMatch),
    ...query.map(({ name, match }) => add("match.queryParams", name, stringMatch(match))),
    ...(cookies.length === 0 ? [] : [add("match.headers", "cookie", { regex: cookiesRegex(cookies) })]),
    ...(source === undefined ? [] : [set("match.source", source)]),
  ];
}

/** A regular expression that Istio makes of a condition may be longer than it takes, and cookies share one header. */
export function limitMatching({ headers, cookies, authority }: MatchingIr, { path }: RouteIr): readonly Limit[] {
  const limit = (why: string): readonly Limit[] => [{ path: [...path, "when"], why }];
  if (authority !== undefined && authorityRegex(authority).length > LONGEST_REGEX)
    return limit("the authority is too long");
  if (cookies.length === 0) return [];
  if (headers.some(({ name, match }) => name === "cookie" && match.kind !== "absent"))
    return limit("cookies are compared in their header, which another condition already compares");
  if (cookies.length > MOST_COOKIES)
    return limit(`cookies are compared in every order in which they may stand, at most ${MOST_COOKIES} of them`);
  const anchored = cookies.find(({ match }) => match.kind === "regex" && hasAnchor(match.regex));
  if (anchored !== undefined)
    return limit(
      `the expression for cookie "${anchored.name}" asks for the ends of the text, which are those of all cookies`,
    );
  return cookiesRegex(cookies).length > LONGEST_REGEX
    ? limit(`the conditions on cookies make an expression of more than ${LONGEST_REGEX} characters`)
    : [];
}

/** Three cookies stand in six orders. */
const MOST_COOKIES = 3;

const authorityRegex = (authority: string): string => `(?i)${quoteRegex(authority)}`;

function renderPath(path: PathMatch | undefined): readonly IstioFragment[] {
  const uri = (...alternatives: readonly JsonObject[]) => [set("match.uri", alternatives)];
  if (path === undefined) return [];
  switch (path.kind) {
    case "exact":
      return uri({ exact: path.path });
    case "prefix":
      return path.path === "/" ? [] : uri({ exact: path.path }, { prefix: `${path.path}/` });
    case "regex":
      return uri({ regex: path.regex });
  }
}

const headerMatch = ({ name, match }: NamedMatch): IstioFragment =>
  add(match.kind === "absent" ? "match.withoutHeaders" : "match.headers", name, stringMatch(match));
