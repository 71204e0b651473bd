/** Retries on Envoy: `RetryPolicy` v3. No policy is no retry: Envoy retries only what it is told to. */
import { protoDuration, set } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { RouteIr } from "../../ir/mesh-ir.ts";
import type { Milliseconds } from "../../values/duration.ts";
import type { JsonObject } from "../../values/json.ts";
import { quoteRegex } from "../../values/regex.ts";
import type { RetriesIr } from "./ir.ts";
import { DEFAULTS, GRPC_DEFAULTS, IDEMPOTENT } from "./normalize.ts";

export function renderRetries(retries: RetriesIr, { timeouts: { perTry } }: RouteIr): readonly EnvoyFragment[] {
  if (retries.attempts === 0) return onlyTry(perTry);
  return (perTry === undefined ? DEFAULT_FRAGMENTS.get(retries) : undefined) ?? [fragmentOf(retries, perTry)];
}

/** Without a further try the time of a try is still a limit, and only a retry policy can carry it. */
const onlyTry = (perTry: Milliseconds | undefined): readonly EnvoyFragment[] =>
  perTry === undefined ? [] : [set("route.retryPolicy", { num_retries: 0, per_try_timeout: protoDuration(perTry) })];

function fragmentOf({ attempts, on, statuses, methods, backOff }: RetriesIr, perTry?: Milliseconds): EnvoyFragment {
  const conditions = [...on, ...(statuses.length > 0 ? ["retriable-status-codes"] : [])];
  return set("route.retryPolicy", {
    retry_on: conditions.join(","),
    num_retries: attempts,
    ...(statuses.length > 0 ? { retriable_status_codes: statuses } : {}),
    ...(perTry === undefined ? {} : { per_try_timeout: protoDuration(perTry) }),
    ...(methods === undefined
      ? {}
      : { retriable_request_headers: methods === IDEMPOTENT ? ONLY_IDEMPOTENT : onlyMethods(methods) }),
    retry_back_off: { base_interval: protoDuration(backOff.base), max_interval: protoDuration(backOff.max) },
  });
}

const onlyMethods = (methods: readonly string[]): readonly JsonObject[] => [
  { name: ":method", string_match: { safe_regex: { regex: methods.map(quoteRegex).join("|") } } },
];

/** What most policies ask for, said once. */
const ONLY_IDEMPOTENT = onlyMethods(IDEMPOTENT);

/** Most routes have one of these, which they share in the IR, too. */
const DEFAULT_FRAGMENTS: ReadonlyMap<RetriesIr, readonly EnvoyFragment[]> = new Map(
  [DEFAULTS, GRPC_DEFAULTS].map((retries) => [retries, [fragmentOf(retries)]]),
);
