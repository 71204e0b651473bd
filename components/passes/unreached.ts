/** The routes of a table that no request reaches, since one before them takes all of theirs. */
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import { covers } from "../capabilities/matching/order.ts";
import { type Asks, asksOf, type Matching, visitPairs } from "./pairs.ts";

/**
 * Each such route with the first that takes its requests; what only several take together is not found.
 *
 * @param routes in the order in which they are tried
 */
export function findUnreached<R extends Matching>(routes: readonly R[]): readonly (readonly [unreached: R, by: R])[] {
  const matchingOf = (index: number): MatchingIr => (routes[index] as R).matching;
  // Of one priority, the more specific come first, and none of those takes all of another's requests.
  const highest = routes[0]?.matching.priority;
  if (routes.every(({ matching }) => matching.priority === highest)) return [];
  const by = new Map<number, number>();
  const visit = (a: number, b: number): void => {
    const [first, second] = a < b ? [a, b] : [b, a];
    const known = by.get(second) ?? first;
    if (first <= known && covers(matchingOf(first), matchingOf(second))) by.set(second, first);
  };
  visitPairs(routes.length, (index) => coverAsks(matchingOf(index)), visit);
  return [...by].sort(([a], [b]) => a - b).map(([route, first]) => [routes[route] as R, routes[first] as R]);
}

function coverAsks(matching: MatchingIr): Asks {
  const asks = asksOf(matching);
  return matching.path?.kind === "exact" ? asks.set("path", matching.path.path) : asks;
}
