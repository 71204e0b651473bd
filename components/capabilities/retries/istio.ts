/** Retries on Istio: `HTTPRetry`. Always there: unset means two retries to Istio, and none is `attempts: 0` with nothing beside it. */
import { protoDuration, set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { RetriesIr } from "./ir.ts";

export function renderRetries(
  { attempts, on, statuses, methods, backOff }: RetriesIr,
  { timeouts, split }: RouteIr,
): readonly IstioFragment[] {
  if (split === undefined) return [];
  const conditions = [...on, ...statuses.map(String)];
  // An empty list is no list to Istio, which would then retry on conditions of its own.
  if (attempts === 0 || conditions.length === 0) return [set("route.retries", { policy: { attempts: 0 } })];
  return [
    set("route.retries", {
      methods,
      policy: {
        attempts,
        retryOn: conditions.join(","),
        ...(timeouts.perTry === undefined ? {} : { perTryTimeout: protoDuration(timeouts.perTry) }),
        backoff: protoDuration(backOff.base),
      },
    }),
  ];
}
