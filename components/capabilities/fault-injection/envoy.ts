/** Fault injection on Envoy: the per-route configuration of `envoy.filters.http.fault` (HTTPFault v3). */
import { perFilter, protoDuration, requireFilter, sharePercent } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { FaultIr } from "./ir.ts";

export function renderFault({ abort, delay }: FaultIr): readonly EnvoyFragment[] {
  return [
    requireFilter("fault"),
    perFilter("fault", {
      ...(abort && { abort: { http_status: abort.status, percentage: sharePercent(abort.share) } }),
      ...(delay && { delay: { fixed_delay: protoDuration(delay.length), percentage: sharePercent(delay.share) } }),
    }),
  ];
}
