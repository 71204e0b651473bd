/**
 * How long a table of routes may be: which of its routes need a priority, and which are left no request, on the lists of a gateway with
 * many tenants.
 * `node test/bench/main.ts ties`
 */
import type { MatchingIr } from "../../components/capabilities/matching/ir.ts";
import { findTies, findUnreached } from "./built.ts";
import { figure, median, slope } from "./summary.ts";

const SIZES = [1_000, 4_000, 16_000] as const;
const RUNS = 5;

const ASKS_NOTHING = { priority: 0, headers: [], query: [], cookies: [] };

/** Lists in which no two routes tie and none takes all of another's requests, however long they are. */
const lists: Readonly<Record<string, (index: number) => MatchingIr>> = {
  "by a tenant's header, without paths": (index) => ({
    ...ASKS_NOTHING,
    headers: [{ name: "x-tenant", match: { kind: "exact", value: `tenant-${index}` } }],
  }),
  "by a regex for each host": (index) => ({
    ...ASKS_NOTHING,
    authority: `tenant-${index}.example.com`,
    path: { kind: "regex", regex: "/v[0-9]+/.*" },
  }),
  "by path": (index) => ({ ...ASKS_NOTHING, path: { kind: "prefix", path: `/tenants/${index}` } }),
  "by a tenant's header, every other one first": (index) => ({
    ...ASKS_NOTHING,
    priority: index % 2,
    headers: [{ name: "x-tenant", match: { kind: "exact", value: `tenant-${index}` } }],
  }),
};

export async function benchTies(): Promise<readonly string[]> {
  return Object.entries(lists).flatMap(([what, matchingOf]) => {
    const bySize = SIZES.map((size) => [size, timesOf(size, matchingOf)] as const);
    const steepness = slope(bySize.map(([size, times]) => [size, median(times)]));
    return [
      ...bySize.map(([size, times]) => figure(`${size} routes ${what}`, times, "ms")),
      `log-log slope ${steepness.toFixed(2)} (1 is in proportion, 2 with the square)`,
    ];
  });
}

function timesOf(size: number, matchingOf: (index: number) => MatchingIr): readonly number[] {
  const routes = Array.from({ length: size }, (_, index) => ({ matching: matchingOf(index) }));
  return Array.from({ length: RUNS }, () => {
    const started = performance.now();
    if (findTies(routes).length + findUnreached(routes).length > 0)
      throw new Error("routes that never meet are told of");
    return performance.now() - started;
  });
}
