/** Retries on Envoy: `RetryPolicy` v3. No policy is no retry: Envoy retries only what it is told to. */
import { protoDuration, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { Milliseconds } from "../../values/duration.ts";
import type { JsonObject } from "../../values/json.ts";
import { quoteRegex } from "../../values/regex.ts";
import type { RetriesIr } from "./ir.ts";

export function renderRetries(
  { attempts, on, statuses, methods, backOff }: RetriesIr,
  { timeouts }: RouteIr,
): readonly EnvoyFragment[] {
  if (attempts === 0) return onlyTry(timeouts.perTry);
  const conditions = [...on, ...(statuses.length > 0 ? ["retriable-status-codes"] : [])];
  return [
    set("route.retryPolicy", {
      retry_on: conditions.join(","),
      num_retries: attempts,
      ...(statuses.length > 0 ? { retriable_status_codes: statuses } : {}),
      ...(timeouts.perTry === undefined ? {} : { per_try_timeout: protoDuration(timeouts.perTry) }),
      ...(methods === undefined ? {} : { retriable_request_headers: [onlyMethods(methods)] }),
      retry_back_off: { base_interval: protoDuration(backOff.base), max_interval: protoDuration(backOff.max) },
    }),
  ];
}

/** Without a further try the time of a try is still a limit, and only a retry policy can carry it. */
const onlyTry = (perTry: Milliseconds | undefined): readonly EnvoyFragment[] =>
  perTry === undefined ? [] : [set("route.retryPolicy", { num_retries: 0, per_try_timeout: protoDuration(perTry) })];

const onlyMethods = (methods: readonly string[]): JsonObject => ({
  name: ":method",
  string_match: { safe_regex: { regex: methods.map(quoteRegex).join("|") } },
});
