/** What a rule asks of a request, in the canonical form of the IR, and as a user of Meshwright would write it. */
import type { MatchingIr } from "../../capabilities/matching/ir.ts";
import type { Condition } from "../../capabilities/matching/model.ts";
import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import { quoteRegex } from "../../values/regex.ts";
import type { GrpcMatch, HttpMatch } from "./objects.ts";

/** Without the caller and the priority, which depend on where a route is attached. */
export type Asked = Omit<MatchingIr, "source" | "priority">;

type Named = NonNullable<HttpMatch["headers"]>;

export const askedByHttp = ({ path, method, headers = [], queryParams = [] }: HttpMatch): Asked => {
  const asked = pathOf(path);
  return {
    ...(asked && { path: asked }),
    ...(method !== undefined && { methods: [method] }),
    headers: namedMatches(headers, (name) => name.toLowerCase()),
    query: namedMatches(queryParams, (name) => name),
    cookies: [],
  };
};

/** A prefix of all paths asks nothing. */
function pathOf({ type = "PathPrefix", value = "/" }: NonNullable<HttpMatch["path"]> = {}): PathMatch | undefined {
  if (type === "Exact") return { kind: "exact", path: value };
  if (type === "RegularExpression") return { kind: "regex", regex: value };
  return value === "/" ? undefined : { kind: "prefix", path: value.replace(/\/$/, "") };
}

/** Of several entries of one name the first counts (Gateway API 1.6, HTTPHeaderMatch.name). */
function namedMatches(written: Named, spell: (name: string) => string): readonly NamedMatch[] {
  const found = new Map<string, NamedMatch>();
  for (const { type = "Exact", name, value } of written) {
    const match = type === "Exact" ? { kind: "exact" as const, value } : { kind: "regex" as const, regex: value };
    if (!found.has(spell(name))) found.set(spell(name), { name: spell(name), match });
  }
  return [...found.values()];
}

/** A call of gRPC is a request for `/service/method` (gRPC over HTTP/2, "Path"). */
export const askedByGrpc = ({ method = {}, headers = [] }: GrpcMatch): Asked => {
  const path = grpcPath(method);
  return {
    ...(path && { path }),
    headers: namedMatches(headers, (name) => name.toLowerCase()),
    query: [],
    cookies: [],
  };
};

function grpcPath({ type = "Exact", service, method }: NonNullable<GrpcMatch["method"]>): PathMatch | undefined {
  if (service === undefined && method === undefined) return undefined;
  if (type === "Exact" && service !== undefined)
    return method === undefined
      ? { kind: "prefix", path: `/${service}` }
      : { kind: "exact", path: `/${service}/${method}` };
  const spell = (text: string | undefined): string =>
    text === undefined ? "[^/]+" : type === "Exact" ? quoteRegex(text) : `(?:${text})`;
  return { kind: "regex", regex: `/${spell(service)}/${spell(method)}` };
}

// --- as it is written ----------------------------------------------------------------------------------------------

export const conditionsFor = ({ path, methods, headers, query }: Asked): readonly Condition[] => [
  ...(path === undefined ? [] : [pathCondition(path)]),
  ...(methods === undefined ? [] : [{ kind: "method" as const, methods }]),
  ...headers.map((one) => namedCondition("header", one)),
  ...query.map((one) => namedCondition("query", one)),
];

const pathCondition = (match: PathMatch): Condition =>
  match.kind === "regex"
    ? { kind: "path-regex", regex: match.regex }
    : { kind: `path-${match.kind}`, path: match.path };

const namedCondition = (family: "header" | "query", { name, match }: NamedMatch): Condition =>
  match.kind === "regex"
    ? { kind: `${family}-regex`, name, regex: match.regex }
    : { kind: `${family}-exact`, name, value: match.kind === "exact" ? match.value : "" };
