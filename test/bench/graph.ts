/**
 * Who calls whom, in a mesh of any size, shaped like Meta's: most services call a handful, a few call hundreds; most are called by
 * one or nobody, a few by nearly half of all.
 * @source degrees of 7,483 services in facebookresearch/distributed_traces (the statistics, not the data); performance.md 0 and 3.1
 */
import type { Random } from "../generate/random.ts";

/** By share of services, the degree below which they stay. */
export type Quantiles = readonly (readonly [share: number, degree: number])[];

/** The published figures, but for the first and the third: those are chosen so that the mean is the published 12.4. */
export const CALLS: Quantiles = [
  [0, 0.6],
  [0.5, 4.5],
  [0.75, 7.2],
  [0.9, 23.5],
  [0.95, 41.5],
  [0.99, 136.5],
  [0.999, 686.5],
];

/** 39 % have no caller; the figures between the median of 1 and the 99th percentile of 172 are chosen for the mean. */
export const CALLERS: Quantiles = [
  [0.39, 1],
  [0.5, 1.5],
  [0.75, 3.8],
  [0.9, 13],
  [0.99, 172.5],
  [0.999, 800.5],
];

const MOST_CALLS = 1 / 7;
const MOST_CALLERS = 0.4;

/** The callees of each service, all by number. */
export function generateGraph(size: number, random: Random): readonly (readonly number[])[] {
  const calls = degrees(size, CALLS, Math.max(1, Math.floor(size * MOST_CALLS)), random);
  const ends = endsOf(sum(calls), degrees(size, CALLERS, Math.max(1, Math.floor(size * MOST_CALLERS)), random), random);
  const byDegree = calls.map((_, service) => service).sort((a, b) => (calls[b] ?? 0) - (calls[a] ?? 0) || a - b);
  const graph: number[][] = calls.map(() => []);
  for (const service of byDegree) graph[service] = chooseCallees(service, calls[service] ?? 0, ends, random);
  return graph;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** One degree per service: evenly spread over the quantiles, so that small meshes have the same shape as large ones. */
function degrees(size: number, quantiles: Quantiles, most: number, random: Random): number[] {
  const all: Quantiles = [...quantiles, [1, Math.max(most, quantiles.at(-1)?.[1] ?? 0) + 0.5]];
  const spread = Array.from({ length: size }, (_, rank) => Math.min(most, degreeAt(rank / Math.max(1, size - 1), all)));
  return random.shuffled(spread);
}

/** Between two quantiles degrees grow geometrically, as a heavy tail does. */
function degreeAt(share: number, quantiles: Quantiles): number {
  const above = quantiles.findIndex(([limit]) => share <= limit);
  const [from, low] = quantiles[above - 1] ?? [0, 0];
  const [to, high] = quantiles[above] ?? [1, low];
  return low === 0 ? 0 : Math.floor(low * (high / low) ** ((share - from) / (to - from)));
}

/** The callee's ends of all edges, as many as there are calls. */
function endsOf(count: number, callers: readonly number[], random: Random): number[] {
  const ends = callers.flatMap((degree, service) => Array.from({ length: degree }, () => service));
  while (ends.length < count) ends.push(ends[random.below(ends.length)] ?? 0);
  return random.shuffled(ends);
}

const MOST_TRIES = 30;

/** Takes ends that are still free, no callee twice and never the service itself. */
function chooseCallees(service: number, count: number, ends: number[], random: Random): number[] {
  const chosen = new Set<number>();
  for (let tries = 0; chosen.size < count && tries < count * MOST_TRIES && ends.length > 0; tries++) {
    const index = random.below(ends.length);
    const callee = ends[index] as number;
    if (callee === service || chosen.has(callee)) continue;
    chosen.add(callee);
    ends[index] = ends[ends.length - 1] as number;
    ends.pop();
  }
  return [...chosen];
}
