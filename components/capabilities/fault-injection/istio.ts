/** Fault injection on Istio: `HTTPFaultInjection`, drawn once per request before timeout and retries, as by the filter below it. */
import { protoDuration, set, sharePercent } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { FaultIr } from "./ir.ts";

export function renderFault({ abort, delay }: FaultIr): readonly IstioFragment[] {
  return [
    set("route.fault", {
      ...(abort && { abort: { httpStatus: abort.status, percentage: sharePercent(abort.share) } }),
      ...(delay && { delay: { fixedDelay: protoDuration(delay.length), percentage: sharePercent(delay.share) } }),
    }),
  ];
}
