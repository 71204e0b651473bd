/** From what was written to the IR, with the defaults. */

import type { RoutePlace } from "../../contract/capability.ts";
import { token } from "../../contract/http.ts";
import { duration, integer, list, nonEmpty, object, oneOf, type ReadFields } from "../../contract/read.ts";
import { deepFreeze } from "../../values/deep-freeze.ts";
import type { Milliseconds } from "../../values/duration.ts";
import { distinct } from "../../values/order.ts";
import { retriesOffWithFields } from "./codes.ts";
import type { RetriesIr } from "./ir.ts";
import type { RetryCondition } from "./model.ts";
import { retrySupport } from "./support.ts";

/** The request has not reached the service's code: repeating it is safe whatever it asks for. */
export const NOT_BEGUN: readonly RetryCondition[] = ["connect-failure", "refused-stream", "reset-before-request"];
export const IDEMPOTENT: readonly string[] = Object.freeze(["DELETE", "GET", "HEAD", "OPTIONS", "PUT", "TRACE"]);
export const DEFAULT_ATTEMPTS = 2;
const DEFAULT_BASE = 25 as Milliseconds;

const condition = oneOf(
  "connect-failure",
  "refused-stream",
  "reset-before-request",
  "5xx",
  "gateway-error",
  "reset",
  "retriable-4xx",
  "cancelled",
  "deadline-exceeded",
  "internal",
  "resource-exhausted",
  "unavailable",
);

/** The field of a route that this slice owns. */
export const fields = {
  retries: object(
    {
      attempts: integer(0, 10),
      on: list(condition),
      statuses: list(integer(400, 599)),
      methods: nonEmpty(list(token)),
      backOff: object({ base: duration, max: duration }),
    },
    { support: retrySupport },
  ),
};

export function normalizeRetries(
  { retries }: ReadFields<typeof fields>,
  { ports, report, path }: RoutePlace,
): RetriesIr {
  const grpc = ports.length > 0 && ports.every(({ protocol }) => protocol === "grpc");
  if (retries === undefined) return grpc ? GRPC_DEFAULTS : DEFAULTS;
  if (retries.attempts === 0 && Object.keys(retries).length > 1)
    report.add(retriesOffWithFields, {}, { path: [...path, "retries"] });
  return withDefaults(retries, grpc);
}

function withDefaults(retries: NonNullable<ReadFields<typeof fields>["retries"]>, grpc: boolean): RetriesIr {
  const on =
    retries.on ?? (retries.statuses !== undefined ? [] : grpc ? [...NOT_BEGUN, "unavailable" as const] : NOT_BEGUN);
  const statuses = retries.statuses === undefined ? [] : [...new Set(retries.statuses)].sort((a, b) => a - b);
  const safe = statuses.length === 0 && on.every((item) => NOT_BEGUN.includes(item));
  const methods = retries.methods
    ? distinct(retries.methods.map((item) => item.toUpperCase()))
    : safe || grpc
      ? undefined
      : IDEMPOTENT;
  const base = retries.backOff?.base ?? DEFAULT_BASE;
  return {
    attempts: retries.attempts ?? DEFAULT_ATTEMPTS,
    on: distinct(on),
    statuses,
    ...(methods && { methods }),
    backOff: { base, max: retries.backOff?.max ?? ((base * 10) as Milliseconds) },
  };
}

/** Most routes say nothing about retries: they share these. */
export const DEFAULTS = deepFreeze(withDefaults({}, false));
export const GRPC_DEFAULTS = deepFreeze(withDefaults({}, true));
