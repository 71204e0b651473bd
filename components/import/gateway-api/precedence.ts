/**
 * Which of the routes of one host or port is tried first. A mesh has the same order, so mostly nothing is to be said; where the objects
 * decide by age, name or hostname, every route there gets a priority.
 * @source Gateway API 1.6, HTTPRouteRule.matches, HTTPRouteSpec.hostnames
 */
import type { MatchingIr } from "../../capabilities/matching/ir.ts";
import { canBothMatch, compareSpecificity, needsPriority } from "../../capabilities/matching/order.ts";
import type { ServiceId } from "../../ir/mesh-ir.ts";
import type { Alternative } from "./rules.ts";

export interface Candidate extends Alternative {
  /** Goes before all else: the hostname that matched, or that a route is for the callers of one namespace alone. */
  readonly rank: number;
  /** The key of the caller that it is for. */
  readonly caller?: string;
}

export interface Ordered extends Candidate {
  readonly priority: number;
}

/** @param candidates in the order in which ties are decided */
export function ordered(candidates: readonly Candidate[]): readonly Ordered[] {
  const sorted = candidates
    .map((candidate) => ({ candidate, matching: matchingOf(candidate) }))
    .sort((a, b) => b.candidate.rank - a.candidate.rank || compareSpecificity(a.matching, b.matching));
  const differs = sorted.some((a, index) => sorted.slice(index + 1).some((b) => isUnsaid(a.matching, b.matching)));
  return sorted.map(({ candidate }, index) => ({ ...candidate, priority: differs ? sorted.length - index : 0 }));
}

/** Would a mesh try `b` first, or ask for a priority? */
const isUnsaid = (a: MatchingIr, b: MatchingIr): boolean =>
  canBothMatch(a, b) && (compareSpecificity(a, b) > 0 || needsPriority(a, b));

const matchingOf = ({ asked, caller }: Candidate): MatchingIr => ({
  ...asked,
  priority: 0,
  ...(caller !== undefined && { source: `import/import/${caller}` as ServiceId }),
});
