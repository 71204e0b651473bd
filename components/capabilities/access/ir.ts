/** Access in the IR: per port, who is refused and who is admitted. A request that no policy admits is refused. */

import type { NamedMatch, PathMatch } from "../../ir/match.ts";
import type { ModelPath } from "../../values/model-path.ts";
import type { SpiffeId } from "../../values/spiffe-id.ts";

export type Enforcement = "audit" | "enforce";

export interface AccessIr {
  /** That of the service's namespace. With `"audit"` all of this is decided and counted, and nobody is refused. */
  readonly enforcement: Enforcement;
  /** In the order of the service's ports. */
  readonly ports: readonly PortAccessIr[];
}

export interface PortAccessIr {
  readonly port: string;
  /** Looked at first: one that holds refuses. */
  readonly deny: readonly PolicyIr[];
  /** Then one must hold. Each names its callers. */
  readonly allow: readonly AllowIr[];
}

/** The policy of callers that no rule narrows. No rule has a dot in its name, so none can take its place. */
export const DECLARED_CALLS = "declared.calls";

export interface PolicyIr {
  /** The rule's name, or `DECLARED_CALLS`. */
  readonly name: string;
  readonly path: ModelPath;
  /** Absent: everybody. Sorted. */
  readonly from?: readonly SpiffeId[];
  /** Absent: all. Upper case, sorted. */
  readonly methods?: readonly string[];
  readonly paths?: readonly PathMatch[];
  /** All must hold. */
  readonly headers: readonly NamedMatch[];
}

export interface AllowIr extends PolicyIr {
  readonly from: readonly SpiffeId[];
}
