/** Matching on Envoy: the parts of `RouteMatch`. The caller is not asked: each caller's proxy holds only its own routes. */
import { add, matcher, regexMatcher, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
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
}: MatchingIr): readonly EnvoyFragment[] {
  const fragments = [set("route.path", renderPath(path))];
  if (methods) fragments.push(add("route.headerMatchers", ":method", { name: ":method", ...oneOfTexts(methods) }));
  if (authority !== undefined) {
    const value = { exact: authority, ignore_case: true };
    fragments.push(add("route.headerMatchers", ":authority", { name: ":authority", string_match: value }));
  }
  for (const item of headers) fragments.push(add("route.headerMatchers", item.name, namedMatcher(item)));
  for (const item of query) fragments.push(add("route.queryMatchers", item.name, namedMatcher(item)));
  for (const item of cookies) fragments.push(add("route.cookieMatchers", item.name, namedMatcher(item)));
  return fragments;
}

/** A prefix is matched by whole segments; "/" itself is every path. */
function renderPath(path: PathMatch | undefined): JsonObject {
  if (path === undefined) return { prefix: "/" };
  switch (path.kind) {
    case "exact":
      return { path: path.path };
    case "prefix":
      return path.path === "/" ? { prefix: "/" } : { path_separated_prefix: path.path };
    case "regex":
      return { safe_regex: regexMatcher(path.regex) };
  }
}

const namedMatcher = ({ name, match }: NamedMatch): JsonObject => ({ name, ...matcher(match) });

/** Any of several texts, quoted: a method is user text and may hold `.` or `*`. */
const oneOfTexts = (texts: readonly string[]): JsonObject =>
  texts.length === 1
    ? { string_match: { exact: texts[0] ?? "" } }
    : { string_match: { safe_regex: regexMatcher(texts.map(quoteRegex).join("|")) } };
