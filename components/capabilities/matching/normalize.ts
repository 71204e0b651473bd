/** From conditions in any order to one canonical match. */
import type { RoutePlace } from "../../contract/capability.ts";
import { headerValue, path, token } from "../../contract/http.ts";
import {
  type Fields,
  integer,
  oneOrMore,
  type Read,
  type ReadFields,
  regex,
  text,
  union,
  variant,
} from "../../contract/read.ts";
import type { NamedMatch, PathMatch, TextMatch } from "../../ir/match.ts";
import { nearest } from "../../values/name.ts";
import { distinct, sortedBy } from "../../values/order.ts";
import { sourceAtGateway, twoPaths, unknownSource } from "./codes.ts";
import type { MatchingIr } from "./ir.ts";
import { conditionSupport } from "./support.ts";

/** Every field of a condition is required, and has a row of its own. */
const asking = <const K extends string, const F extends Fields>(kind: K, fields: F) =>
  variant(kind, fields, { support: conditionSupport, required: Object.keys(fields) as (keyof F)[] });

const condition = union(
  {
    "path-exact": asking("path-exact", { path }),
    "path-prefix": asking("path-prefix", { path }),
    "path-regex": asking("path-regex", { regex }),
    method: asking("method", { methods: oneOrMore(token) }),
    "header-exact": asking("header-exact", { name: token, value: headerValue }),
    "header-prefix": asking("header-prefix", { name: token, value: headerValue }),
    "header-regex": asking("header-regex", { name: token, regex }),
    "header-present": asking("header-present", { name: token }),
    "header-absent": asking("header-absent", { name: token }),
    "query-exact": asking("query-exact", { name: token, value: text }),
    "query-regex": asking("query-regex", { name: token, regex }),
    "query-present": asking("query-present", { name: token }),
    "cookie-exact": asking("cookie-exact", { name: token, value: headerValue }),
    "cookie-regex": asking("cookie-regex", { name: token, regex }),
    "authority-exact": asking("authority-exact", { value: headerValue }),
    source: asking("source", { service: text }),
  },
  conditionSupport,
);

type WrittenCondition = Read<typeof condition>;

/** The fields of a route that this slice owns. */
export const fields = { when: oneOrMore(condition), priority: integer(-1_000, 1_000) };

export function normalizeMatching(
  { when = [], priority = 0 }: ReadFields<typeof fields>,
  place: RoutePlace,
): MatchingIr {
  if (when.length === 0) return { priority, ...ANYTHING };
  const once = <T>(what: string, found: readonly T[]): T | undefined => {
    if (found.length > 1) place.report.add(twoPaths, { what }, { path: [...place.path, "when"] });
    return found[0];
  };
  const pathMatch = once("the path", when.flatMap(pathOf));
  const methods = once("the method", when.filter(isKind("method")))?.methods;
  const authority = once("the authority", when.filter(isKind("authority-exact")))?.value;
  const source = once("the caller", when.filter(isKind("source")))?.service;
  const sourceId = source === undefined ? undefined : findSource(source, place);
  return {
    priority,
    ...(pathMatch && { path: pathMatch }),
    ...(methods && { methods: distinct(methods.map((item) => item.toUpperCase())) }),
    headers: named(when, "header-", (name) => name.toLowerCase(), place),
    query: named(when, "query-", (name) => name, place),
    cookies: named(when, "cookie-", (name) => name, place),
    ...(authority !== undefined && { authority: authority.toLowerCase() }),
    ...(sourceId !== undefined && { source: sourceId }),
  };
}

const NONE: readonly NamedMatch[] = Object.freeze([]);
/** Most services have a route that asks nothing: they share this. */
const ANYTHING = { headers: NONE, query: NONE, cookies: NONE };

const isKind =
  <K extends WrittenCondition["kind"]>(kind: K) =>
  (item: WrittenCondition): item is Extract<WrittenCondition, { readonly kind: K }> =>
    item.kind === kind;

function pathOf(item: WrittenCondition): PathMatch[] {
  switch (item.kind) {
    case "path-exact":
      return [{ kind: "exact", path: item.path }];
    case "path-prefix":
      return [{ kind: "prefix", path: item.path === "/" ? "/" : item.path.replace(/\/$/, "") }];
    case "path-regex":
      return [{ kind: "regex", regex: item.regex }];
    default:
      return [];
  }
}

function textOf(item: WrittenCondition): TextMatch | undefined {
  switch (item.kind) {
    case "header-exact":
    case "query-exact":
    case "cookie-exact":
      return { kind: "exact", value: item.value };
    case "header-prefix":
      return { kind: "prefix", value: item.value };
    case "header-regex":
    case "query-regex":
    case "cookie-regex":
      return { kind: "regex", regex: item.regex };
    case "header-present":
    case "query-present":
      return { kind: "present" };
    case "header-absent":
      return { kind: "absent" };
    default:
      return undefined;
  }
}

/** All conditions on headers, on query parameters or on cookies, by name; one per name. */
function named(
  when: readonly WrittenCondition[],
  family: string,
  spell: (name: string) => string,
  { report, path }: RoutePlace,
): readonly NamedMatch[] {
  const here = when.filter(({ kind }) => kind.startsWith(family));
  if (here.length === 0) return NONE;
  const found = new Map<string, TextMatch>();
  for (const item of here) {
    const match = textOf(item);
    if (match === undefined || !("name" in item)) continue;
    const name = spell(item.name);
    if (found.has(name))
      report.add(twoPaths, { what: `${family.slice(0, -1)} "${name}"` }, { path: [...path, "when"] });
    found.set(name, match);
  }
  return sortedBy(
    [...found].map(([name, match]) => ({ name, match })),
    ({ name }) => name,
  );
}

function findSource(key: string, { directory, report, path, service }: RoutePlace) {
  const at = { path: [...path, "when"], got: key };
  const found = directory.service(key);
  if (found === undefined) report.add(unknownSource, { key, nearest: nearest(key, directory.serviceKeys()) ?? "" }, at);
  else if (service === undefined) report.add(sourceAtGateway, {}, at);
  return found?.id;
}
