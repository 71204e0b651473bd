/** Which slice contributes what to the IR. A new slice adds one line here; nothing else in ir/ changes. */
import type { AccessIr } from "../capabilities/access/ir.ts";
import type { AccessLogsIr } from "../capabilities/access-logs/ir.ts";
import type { DirectResponseIr } from "../capabilities/direct-responses/ir.ts";
import type { FaultIr } from "../capabilities/fault-injection/ir.ts";
import type { HeaderChangesIr } from "../capabilities/header-changes/ir.ts";
import type { MatchingIr } from "../capabilities/matching/ir.ts";
import type { MtlsIr } from "../capabilities/mtls/ir.ts";
import type { RedirectIr } from "../capabilities/redirects/ir.ts";
import type { RequestMetricsIr } from "../capabilities/request-metrics/ir.ts";
import type { RetriesIr } from "../capabilities/retries/ir.ts";
import type { RewriteIr } from "../capabilities/rewrites/ir.ts";
import type { TimeoutsIr } from "../capabilities/timeouts/ir.ts";
import type { SplitIr } from "../capabilities/traffic-split/ir.ts";

/** What a route is made of. Exactly one of `split`, `redirect`, `respond` is there. */
export interface RouteSlots {
  readonly matching: MatchingIr;
  readonly split?: SplitIr;
  readonly redirect?: RedirectIr;
  readonly respond?: DirectResponseIr;
  readonly rewrite?: RewriteIr;
  readonly headers?: HeaderChangesIr;
  readonly timeouts: TimeoutsIr;
  readonly retries: RetriesIr;
  readonly fault?: FaultIr;
}

/** What a service carries. */
export interface ServiceSlots {
  readonly mtls: MtlsIr;
  readonly access: AccessIr;
}

/** What every proxy carries, a gateway's as well as a service's. */
export interface ProxySlots {
  readonly accessLogs: AccessLogsIr;
  readonly metrics: RequestMetricsIr;
}
