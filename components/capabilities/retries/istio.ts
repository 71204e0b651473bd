/** Retries on Istio: `HTTPRetry`. Always there: unset means two retries to Istio, and none is `attempts: 0` with nothing beside it. */
import { protoDuration, set } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { Limit } from "../../engines/limit.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { Milliseconds } from "../../values/duration.ts";
import type { JsonObject } from "../../values/json.ts";
import type { RetriesIr } from "./ir.ts";

/**
 * Statuses without a name are refused (pkg/config/validation, http.StatusText of Go 1.26).
 * @source IANA HTTP Status Code Registry, as Go has it
 */
const NAMED = /^(?:4(?:0\d|1[0-8]|2[1-689]|31|51)|5(?:0[0-8]|1[01]))$/;

export function limitRetries({ statuses }: RetriesIr, { path }: RouteIr): readonly Limit[] {
  const unnamed = statuses.filter((status) => !NAMED.test(String(status)));
  if (unnamed.length === 0) return [];
  return [{ path: [...path, "retries", "statuses"], why: `it knows no status ${unnamed.join(", ")}` }];
}

export function renderRetries(
  { attempts, on, statuses, methods, backOff }: RetriesIr,
  { timeouts, split }: RouteIr,
): readonly IstioFragment[] {
  if (split === undefined) return [];
  const conditions = [...on, ...statuses.map(String)];
  const once = onlyTry(timeouts.perTry);
  // An empty list is no list to Istio, which would then retry on conditions of its own.
  if (attempts === 0 || conditions.length === 0) return [set("route.retries", { policy: once })];
  return [
    set("route.retries", {
      repeated: methods,
      once,
      policy: {
        attempts,
        retryOn: conditions.join(","),
        ...perTryTimeout(timeouts.perTry),
        backoff: protoDuration(backOff.base),
      },
    }),
  ];
}

const perTryTimeout = (perTry: Milliseconds | undefined): JsonObject =>
  perTry === undefined ? {} : { perTryTimeout: protoDuration(perTry) };

/**
 * Without a further try the time of a try is still a limit, and `attempts: 0` takes nothing beside it. A header that no list names
 * is never there, so this one attempt is never made.
 */
const onlyTry = (perTry: Milliseconds | undefined): JsonObject =>
  perTry === undefined ? { attempts: 0 } : { attempts: 1, retryOn: "retriable-headers", ...perTryTimeout(perTry) };
