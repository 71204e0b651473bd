/**
 * Matching on Istio: the parts of `HTTPMatchRequest`. Its prefixes are text, so a whole segment is that very path or what is below
 * it; it knows no cookies, so they are regular expressions on the header that carries them.
 */
import { cookiesRegex } from "../../engines/istio/cookies.ts";
import { add, set, stringMatch } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import type { JsonObject } from "../../values/json.ts";
import { quoteRegex } from "../../values/regex.ts";
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
    ...(authority === undefined ? [] : [set("match.authority", { regex: `(?i)${quoteRegex(authority)}` })]),
    ...headers.map(headerMatch),
    ...query.map(({ name, match }) => add("match.queryParams", name, stringMatch(match))),
    ...(cookies.length === 0 ? [] : [add("match.headers", "cookie", { regex: cookiesRegex(cookies) })]),
    ...(source === undefined ? [] : [set("match.source", source)]),
  ];
}

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
