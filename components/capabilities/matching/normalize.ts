/** From conditions in any order to one canonical match. */
import type { RoutePlace } from "../../contract/capability.ts";
import { headerValue, seenPath, token } from "../../contract/http.ts";
import {
  type Fields,
  integer,
  list,
  nonEmpty,
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
import { NONE } from "../../values/none.ts";
import { distinct, sortedBy } from "../../values/order.ts";
import { sourceAtGateway, twoPaths, unknownSource } from "./codes.ts";
import type { MatchingIr } from "./ir.ts";
import { conditionSupport } from "./support.ts";

/** Every field of a condition is required, and has a row of its own. */
const asking = <const K extends string, const F extends Fields>(kind: K, fields: F) =>
  variant(kind, fields, { support: conditionSupport, required: Object.keys(fields) as (keyof F)[] });

const condition = union(
  {
    "path-exact": asking("path-exact", { path: seenPath }),
    "path-prefix": asking("path-prefix", { path: seenPath }),
    "path-regex": asking("path-regex", { regex }),
    method: asking("method", { methods: oneOrMore(token, nonEmpty(list(token))) }),
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
  if (when.length === 0) return { priority, headers: NONE, query: NONE, cookies: NONE };
  const path = only(isPath, "the path", when, place);
  const method = only(isMethod, "the method", when, place);
  const authority = only(isAuthority, "the authority", when, place);
  const source = only(isSource, "the caller", when, place);
  const sourceId = source && findSource(source.service, place);
  return {
    priority,
    ...(path && { path: pathOf(path) }),
    ...(method && { methods: distinct(method.methods.map(upperCase)) }),
    headers: named(when, "header-", lowerCase, place),
    query: named(when, "query-", asWritten, place),
    cookies: named(when, "cookie-", asWritten, place),
    ...(authority && { authority: authority.value.toLowerCase() }),
    ...(sourceId !== undefined && { source: sourceId }),
  };
}

const upperCase = (text: string): string => text.toUpperCase();
const lowerCase = (text: string): string => text.toLowerCase();
const asWritten = (text: string): string => text;

type OfKind<K extends WrittenCondition["kind"]> = Extract<WrittenCondition, { readonly kind: K }>;
type IsKind<K extends WrittenCondition["kind"]> = (item: WrittenCondition) => item is OfKind<K>;

const kindIs =
  <K extends WrittenCondition["kind"]>(...kinds: readonly K[]): IsKind<K> =>
  (item): item is OfKind<K> =>
    kinds.includes(item.kind as K);

const isPath = kindIs("path-exact", "path-prefix", "path-regex");
const isMethod = kindIs("method");
const isAuthority = kindIs("authority-exact");
const isSource = kindIs("source");

/** The condition of a kind of which there may be one. */
function only<K extends WrittenCondition["kind"]>(
  isIt: IsKind<K>,
  what: string,
  when: readonly WrittenCondition[],
  { report, path }: RoutePlace,
): OfKind<K> | undefined {
  let found: OfKind<K> | undefined;
  let isTwice = false;
  for (const item of when) {
    if (!isIt(item)) continue;
    if (found === undefined) found = item;
    else isTwice = true;
  }
  if (isTwice) report.add(twoPaths, { what }, { path: [...path, "when"] });
  return found;
}

function pathOf(item: OfKind<"path-exact" | "path-prefix" | "path-regex">): PathMatch {
  switch (item.kind) {
    case "path-exact":
      return { kind: "exact", path: item.path };
    case "path-prefix":
      return { kind: "prefix", path: item.path === "/" ? "/" : item.path.replace(/\/$/, "") };
    case "path-regex":
      return { kind: "regex", regex: item.regex };
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
  let found: Map<string, TextMatch> | undefined;
  for (const item of when) {
    const match = item.kind.startsWith(family) ? textOf(item) : undefined;
    if (match === undefined || !("name" in item)) continue;
    const name = spell(item.name);
    if (found?.has(name))
      report.add(twoPaths, { what: `${family.slice(0, -1)} "${name}"` }, { path: [...path, "when"] });
    (found ??= new Map()).set(name, match);
  }
  if (found === undefined) return NONE;
  return sortedBy(
    Array.from(found, ([name, match]) => ({ name, match })),
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
