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
  return [
    set("route.path", renderPath(path)),
    ...(methods ? [add("route.headerMatchers", ":method", { name: ":method", ...oneOfTexts(methods) })] : []),
    ...(authority === undefined
      ? []
      : [
          add("route.headerMatchers", ":authority", {
            name: ":authority",
            string_match: { exact: authority, ignore_case: true },
          }),
        ]),
    ...headers.map((item) => add("route.headerMatchers", item.name, headerMatcher(item))),
    ...query.map(({ name, match }) => add("route.queryMatchers", name, { name, ...matcher(match) })),
    ...cookies.map(({ name, match }) => add("route.cookieMatchers", name, { name, ...matcher(match) })),
  ];
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

const headerMatcher = ({ name, match }: NamedMatch): JsonObject => ({ name, ...matcher(match) });

/** Any of several texts, quoted: a method is user text and may hold `.` or `*`. */
const oneOfTexts = (texts: readonly string[]): JsonObject =>
  texts.length === 1
    ? { string_match: { exact: texts[0] ?? "" } }
    : { string_match: { safe_regex: regexMatcher(texts.map(quoteRegex).join("|")) } };
