/**
 * The routes of a table that need a priority, found without comparing each with each: the routes of a long table mostly ask for
 * different values of one thing (a path, a host, a tenant's header), and two of those never meet. Near-linear for them; regexes
 * and paths that nothing else tells apart are still compared one by one.
 */

import type { MatchingIr } from "../capabilities/matching/ir.ts";
import { needsPriority, specificityOf } from "../capabilities/matching/order.ts";
import type { NamedMatch } from "../ir/match.ts";

interface Matching {
  readonly matching: MatchingIr;
}

/** What a route asks for, and the one value that it takes: two that take different ones need no priority. */
type Asks = ReadonlyMap<string, string>;
type Visit = (a: number, b: number) => void;

/** Below this, comparing each with each is faster than dividing them. */
const FEW = 16;

/** Each pair once: a regex before another path, else in the order of the routes. */
export function findTies<R extends Matching>(routes: readonly R[]): readonly (readonly [R, R])[] {
  const matchingOf = (index: number): MatchingIr => (routes[index] as R).matching;
  const isRegex = (index: number): boolean => matchingOf(index).path?.kind === "regex";
  const found: (readonly [number, number])[] = [];
  const visit: Visit = (a, b) => {
    if (!needsPriority(matchingOf(a), matchingOf(b))) return;
    const isFirst = isRegex(a) === isRegex(b) ? a < b : isRegex(a);
    found.push(isFirst ? [a, b] : [b, a]);
  };
  const all = routes.map((_, index) => index);
  if (all.length <= FEW) visitPairs(all, visit);
  else
    visitDivided(
      all,
      routes.map(({ matching }) => asksOf(matching)),
      visit,
    );
  found.sort(([a, b], [c, d]) => a - c || Number(isRegex(d)) - Number(isRegex(b)) || b - d);
  return found.map(([a, b]) => [routes[a] as R, routes[b] as R]);
}

function visitPairs(some: readonly number[], visit: Visit): void {
  for (let first = 0; first < some.length; first++)
    for (let second = first + 1; second < some.length; second++) visit(some[first] as number, some[second] as number);
}

/** Every pair that may tie, by what tells most of them apart; each step leaves at most three quarters of the pairs. */
function visitDivided(some: readonly number[], asks: readonly Asks[], visit: Visit): void {
  const what = some.length <= FEW ? undefined : bestDivision(some, asks);
  if (what === undefined) {
    visitPairs(some, visit);
    return;
  }
  const answer = (index: number): string | undefined => asks[index]?.get(what);
  const others = some.filter((index) => answer(index) === undefined);
  const asking = some.filter((index) => answer(index) !== undefined);
  for (const equal of Map.groupBy(asking, answer).values()) visitDivided(equal, asks, visit);
  visitDivided(others, asks, visit);
  for (const a of others) for (const b of asking) visit(a, b);
}

function bestDivision(some: readonly number[], asks: readonly Asks[]): string | undefined {
  const counts = new Map<string, Map<string, number>>();
  for (const index of some)
    for (const [what, value] of asks[index] ?? []) {
      let values = counts.get(what);
      if (values === undefined) counts.set(what, (values = new Map()));
      values.set(value, (values.get(value) ?? 0) + 1);
    }
  let best: string | undefined;
  let most = some.length ** 2 / 4;
  for (const [what, values] of counts) {
    const parted = partedPairs([...values.values()]);
    if (parted >= most) [best, most] = [what, parted];
  }
  return best;
}

/** How many (ordered) pairs of these groups fall into two of them. */
function partedPairs(sizes: readonly number[]): number {
  let [all, within] = [0, 0];
  for (const size of sizes) {
    all += size;
    within += size ** 2;
  }
  return all ** 2 - within;
}

function asksOf(matching: MatchingIr): Asks {
  const { priority, path, methods, authority, source, headers, query, cookies } = matching;
  const asks = new Map([["priority", String(priority)]]);
  // A regex ties with every path that it matches; others with their own path alone, and only where nothing is more specific.
  if (path?.kind !== "regex") asks.set("path", JSON.stringify([path, specificityOf(matching)]));
  if (methods?.length === 1) asks.set("method", String(methods));
  if (authority !== undefined) asks.set("authority", authority);
  if (source !== undefined) asks.set("source", source);
  for (const one of headers) setNamed(asks, "header", one);
  for (const one of query) setNamed(asks, "query", one);
  for (const one of cookies) setNamed(asks, "cookie", one);
  return asks;
}

function setNamed(asks: Map<string, string>, kind: string, { name, match }: NamedMatch): void {
  if (match.kind === "exact") asks.set(`${kind} ${name}`, `=${match.value}`);
  if (match.kind === "absent") asks.set(`${kind} ${name}`, "absent");
}
