/** Matching in the IR: conditions in one canonical order, names in lower case, callers as ids. */

import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import type { ServiceId } from "../../ir/mesh-ir.ts";

/** All of it must hold. What is absent is not asked. */
export interface MatchingIr {
  readonly priority: number;
  readonly path?: PathMatch;
  /** Upper case, sorted; any of them. */
  readonly methods?: readonly string[];
  readonly headers: readonly NamedMatch[];
  readonly query: readonly NamedMatch[];
  readonly cookies: readonly NamedMatch[];
  /** Lower case. */
  readonly authority?: string;
  readonly source?: ServiceId;
}
