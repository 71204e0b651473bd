/**
 * The one total order of routes, and which of two can match the same request.
 * @source Gateway API 1.5, HTTPRouteRule.matches: exact path, longest prefix, method, number of headers, of query parameters
 */

import type { NamedMatch, PathMatch, TextMatch } from "../../ir/match.ts";
import { matchesWhole } from "../../values/regex.ts";
import type { MatchingIr } from "./ir.ts";

/** Negative when `a` is tried before `b`; zero when neither is more specific. */
export function compareSpecificity(a: MatchingIr, b: MatchingIr): number {
  return (
    b.priority - a.priority ||
    pathRank(b.path) - pathRank(a.path) ||
    prefixLength(b.path) - prefixLength(a.path) ||
    Number(b.methods !== undefined) - Number(a.methods !== undefined) ||
    headerCount(b) - headerCount(a) ||
    b.query.length - a.query.length
  );
}

/** What decides between two of one priority and path. */
export const specificityOf = (matching: MatchingIr): readonly number[] => [
  Number(matching.methods !== undefined),
  headerCount(matching),
  matching.query.length,
];

/** Exact before regex before prefix before any path. */
const pathRank = (path: PathMatch | undefined): number => (path === undefined ? 0 : RANKS[path.kind]);

const RANKS = { prefix: 1, regex: 2, exact: 3 };

const prefixLength = (path: PathMatch | undefined): number => (path?.kind === "prefix" ? path.path.length : 0);

/** Cookies, the authority and the caller count as the headers they are. */
const headerCount = (matching: MatchingIr): number =>
  matching.headers.length +
  matching.cookies.length +
  Number(matching.authority !== undefined) +
  Number(matching.source !== undefined);

/**
 * Must the author say which of the two is tried first? Yes where both can match one request and neither is more specific,
 * and where a regex and another path condition can both match, since engines order those differently.
 */
export function needsPriority(a: MatchingIr, b: MatchingIr): boolean {
  if (a.priority !== b.priority) return false;
  const regexAgainstPath =
    (a.path?.kind === "regex" && b.path !== undefined) || (b.path?.kind === "regex" && a.path !== undefined);
  if (!regexAgainstPath && compareSpecificity(a, b) !== 0) return false;
  return canBothMatch(a, b);
}

/** May be `true` for two that never meet (two regexes), never `false` for two that can. */
export function canBothMatch(a: MatchingIr, b: MatchingIr): boolean {
  return (
    pathsMeet(a.path, b.path) &&
    (a.methods === undefined || b.methods === undefined || a.methods.some((method) => b.methods?.includes(method))) &&
    (a.authority === undefined || b.authority === undefined || a.authority === b.authority) &&
    (a.source === undefined || b.source === undefined || a.source === b.source) &&
    namedMeet(a.headers, b.headers) &&
    namedMeet(a.query, b.query) &&
    namedMeet(a.cookies, b.cookies)
  );
}

function pathsMeet(a: PathMatch | undefined, b: PathMatch | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  if (a.kind === "exact") return pathMatches(b, a.path);
  if (b.kind === "exact") return pathMatches(a, b.path);
  if (a.kind === "prefix" && b.kind === "prefix") return isBelow(a.path, b.path) || isBelow(b.path, a.path);
  return true;
}

/** Does `a` match every request that `b` matches? May be `false` where two regexes overlap, never `true` unless it does. */
export function covers(a: MatchingIr, b: MatchingIr): boolean {
  return (
    pathCovers(a.path, b.path) &&
    (a.methods === undefined || b.methods?.every((method) => a.methods?.includes(method)) === true) &&
    (a.authority === undefined || a.authority === b.authority) &&
    (a.source === undefined || a.source === b.source) &&
    namedCover(a.headers, b.headers) &&
    namedCover(a.query, b.query) &&
    namedCover(a.cookies, b.cookies)
  );
}

function pathCovers(a: PathMatch | undefined, b: PathMatch | undefined): boolean {
  if (a === undefined || (a.kind === "prefix" && a.path === "/")) return true;
  if (b === undefined) return false;
  if (b.kind === "regex") return a.kind === "regex" && a.regex === b.regex;
  return pathMatches(a, b.path) && (b.kind === "exact" || a.kind === "prefix");
}

/** Does a path, already normalized and without its query, satisfy the condition? */
export const pathMatches = (match: PathMatch, path: string): boolean =>
  match.kind === "exact"
    ? match.path === path
    : match.kind === "prefix"
      ? isBelow(path, match.path)
      : matchesWhole(match.regex, path);

/** By whole segments: `/api/x` is below `/api`, `/apix` is not. */
const isBelow = (path: string, prefix: string): boolean =>
  prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);

const namedMeet = (a: readonly NamedMatch[], b: readonly NamedMatch[]): boolean =>
  a.every((one) => {
    const other = b.find(({ name }) => name === one.name);
    return other === undefined || textsMeet(one.match, other.match);
  });

function textsMeet(a: TextMatch, b: TextMatch): boolean {
  if (a.kind === "absent" || b.kind === "absent") return a.kind === b.kind;
  if (a.kind === "exact") return textMatches(b, a.value);
  if (b.kind === "exact") return textMatches(a, b.value);
  if (a.kind === "prefix" && b.kind === "prefix") return a.value.startsWith(b.value) || b.value.startsWith(a.value);
  return true;
}

const namedCover = (a: readonly NamedMatch[], b: readonly NamedMatch[]): boolean =>
  a.every(({ name, match }) => {
    const other = b.find((one) => one.name === name);
    return other !== undefined && textCovers(match, other.match);
  });

function textCovers(a: TextMatch, b: TextMatch): boolean {
  switch (b.kind) {
    case "exact":
      return textMatches(a, b.value);
    case "prefix":
      return a.kind === "present" || (a.kind === "prefix" && b.value.startsWith(a.value));
    case "regex":
      return a.kind === "present" || (a.kind === "regex" && a.regex === b.regex);
    case "present":
    case "absent":
      return a.kind === b.kind;
  }
}

const textMatches = (match: TextMatch, value: string): boolean => {
  switch (match.kind) {
    case "exact":
      return match.value === value;
    case "prefix":
      return value.startsWith(match.value);
    case "regex":
      return matchesWhole(match.regex, value);
    case "present":
      return true;
    case "absent":
      return false;
  }
};
