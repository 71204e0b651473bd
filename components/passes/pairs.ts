/**
 * The pairs of a long list that can have anything to do with each other, found without comparing each with each: most routes of a long
 * table ask for different values of one thing (a path, a host, a tenant's header), and two of those never meet. Near-linear for them;
 * what nothing tells apart is still compared one by one.
 */
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import type { NamedMatch } from "../ir/match.ts";

export interface Matching {
  readonly matching: MatchingIr;
}

/** What a route asks for, and the one value that it takes: two that take different ones need not be compared. */
export type Asks = ReadonlyMap<string, string>;
type Visit = (a: number, b: number) => void;

/** Below this, comparing each with each is faster than dividing them. */
const FEW = 16;

/** Every pair, each once, but for those that ask for different values of one thing; a pair in no order. */
export function visitPairs(count: number, asksOf: (index: number) => Asks, visit: Visit): void {
  if (count <= FEW) {
    for (let first = 0; first < count; first++)
      for (let second = first + 1; second < count; second++) visit(first, second);
    return;
  }
  const all = Array.from({ length: count }, (_, index) => index);
  visitDivided(all, all.map(asksOf), visit);
}

function visitAll(some: readonly number[], visit: Visit): void {
  for (let first = 0; first < some.length; first++)
    for (let second = first + 1; second < some.length; second++) visit(some[first] as number, some[second] as number);
}

/** By what tells most of them apart; each step leaves at most three quarters of the pairs. */
function visitDivided(some: readonly number[], asks: readonly Asks[], visit: Visit): void {
  const what = some.length <= FEW ? undefined : bestDivision(some, asks);
  if (what === undefined) {
    visitAll(some, visit);
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

/** What keeps two routes from ever matching the same request, whatever their paths. */
export function asksOf({ methods, authority, source, headers, query, cookies }: MatchingIr): Map<string, string> {
  const asks = new Map<string, string>();
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
