/** From conditions in any order to one canonical match. */
import type { RoutePlace } from "../../contract/capability.ts";
import { headerValue, path, token } from "../../contract/http.ts";
import { integer, oneOrMore, type Read, type ReadFields, regex, text, union, variant } from "../../contract/read.ts";
import type { NamedMatch, PathMatch, TextMatch } from "../../ir/match.ts";
import { nearest } from "../../values/name.ts";
import { byText, sortedBy } from "../../values/order.ts";
import { sourceAtGateway, twoPaths, unknownSource } from "./codes.ts";
import type { MatchingIr } from "./ir.ts";
import { conditionSupport } from "./support.ts";

const condition = union(
  {
    "path-exact": variant("path-exact", { path }, { required: ["path"] }),
    "path-prefix": variant("path-prefix", { path }, { required: ["path"] }),
    "path-regex": variant("path-regex", { regex }, { required: ["regex"] }),
    method: variant("method", { methods: oneOrMore(token) }, { required: ["methods"] }),
    "header-exact": variant("header-exact", { name: token, value: headerValue }, { required: ["name", "value"] }),
    "header-prefix": variant("header-prefix", { name: token, value: headerValue }, { required: ["name", "value"] }),
    "header-regex": variant("header-regex", { name: token, regex }, { required: ["name", "regex"] }),
    "header-present": variant("header-present", { name: token }, { required: ["name"] }),
    "header-absent": variant("header-absent", { name: token }, { required: ["name"] }),
    "query-exact": variant("query-exact", { name: token, value: text }, { required: ["name", "value"] }),
    "query-regex": variant("query-regex", { name: token, regex }, { required: ["name", "regex"] }),
    "query-present": variant("query-present", { name: token }, { required: ["name"] }),
    "cookie-exact": variant("cookie-exact", { name: token, value: headerValue }, { required: ["name", "value"] }),
    "cookie-regex": variant("cookie-regex", { name: token, regex }, { required: ["name", "regex"] }),
    "authority-exact": variant("authority-exact", { value: headerValue }, { required: ["value"] }),
    source: variant("source", { service: text }, { required: ["service"] }),
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
  const at = { path: [...place.path, "when"] };
  const once = <T>(what: string, found: readonly T[]): T | undefined => {
    if (found.length > 1) place.report.add(twoPaths, { what }, at);
    return found[0];
  };
  const pathMatch = once("the path", when.flatMap(pathOf));
  const methods = once(
    "the method",
    when.flatMap((item) => (item.kind === "method" ? [item.methods] : [])),
  );
  const authority = once(
    "the authority",
    when.flatMap((item) => (item.kind === "authority-exact" ? [item.value.toLowerCase()] : [])),
  );
  const source = once(
    "the caller",
    when.flatMap((item) => (item.kind === "source" ? [item.service] : [])),
  );
  const sourceId = source === undefined ? undefined : findSource(source, place);
  return {
    priority,
    ...(pathMatch && { path: pathMatch }),
    ...(methods && { methods: [...new Set(methods.map((item) => item.toUpperCase()))].sort(byText) }),
    headers: named(when, "header-", (name) => name.toLowerCase(), place),
    query: named(when, "query-", (name) => name, place),
    cookies: named(when, "cookie-", (name) => name, place),
    ...(authority !== undefined && { authority }),
    ...(sourceId !== undefined && { source: sourceId }),
  };
}

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
): NamedMatch[] {
  const found = new Map<string, TextMatch>();
  for (const item of when) {
    const match = item.kind.startsWith(family) ? textOf(item) : undefined;
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
