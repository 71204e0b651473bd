/** The routes of a table that need a priority. */
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import { needsPriority, specificityOf } from "../capabilities/matching/order.ts";
import { type Asks, asksOf, type Matching, visitPairs } from "./pairs.ts";

/** Each pair once: a regex before another path, else in the order of the routes. */
export function findTies<R extends Matching>(routes: readonly R[]): readonly (readonly [R, R])[] {
  const matchingOf = (index: number): MatchingIr => (routes[index] as R).matching;
  const isRegex = (index: number): boolean => matchingOf(index).path?.kind === "regex";
  const found: (readonly [number, number])[] = [];
  const visit = (a: number, b: number): void => {
    if (!needsPriority(matchingOf(a), matchingOf(b))) return;
    const isFirst = isRegex(a) === isRegex(b) ? a < b : isRegex(a);
    found.push(isFirst ? [a, b] : [b, a]);
  };
  visitPairs(routes.length, (index) => tieAsks(matchingOf(index)), visit);
  found.sort(([a, b], [c, d]) => a - c || Number(isRegex(d)) - Number(isRegex(b)) || b - d);
  return found.map(([a, b]) => [routes[a] as R, routes[b] as R]);
}

function tieAsks(matching: MatchingIr): Asks {
  const { priority, path } = matching;
  const asks = asksOf(matching).set("priority", String(priority));
  // A regex ties with every path that it matches; others with their own path alone, and only where nothing is more specific.
  return path?.kind === "regex" ? asks : asks.set("path", JSON.stringify([path, specificityOf(matching)]));
}
