/** From what was written to the IR, with the defaults. */
import type { RoutePlace } from "../../contract/capability.ts";
import { duration, type Reader, type ReadFields } from "../../contract/read.ts";
import type { Milliseconds } from "../../values/duration.ts";
import type { TimeoutsIr } from "./ir.ts";
import { timeoutSupport } from "./support.ts";

/** What a caller waits when nobody said anything: Envoy's own default, made explicit on every engine. */
export const DEFAULT_TIMEOUT = 15_000 as Milliseconds;

const timeout: Reader<Milliseconds | "none"> = (value, at) => (value === "none" ? "none" : duration(value, at));

/** The fields of a route that this slice owns. */
export const fields = { timeout, perTryTimeout: duration };
export const support = { timeout: timeoutSupport, perTryTimeout: timeoutSupport };

/** Most routes have one of these: they share it. */
const DEFAULT: TimeoutsIr = Object.freeze({ request: DEFAULT_TIMEOUT });
const NONE: TimeoutsIr = Object.freeze({ request: null });

export function normalizeTimeouts(
  { timeout: written, perTryTimeout }: ReadFields<typeof fields>,
  { ports }: RoutePlace,
): TimeoutsIr {
  const streams = ports.length > 0 && ports.every(({ protocol }) => protocol === "grpc");
  const request = written ?? (streams ? "none" : DEFAULT_TIMEOUT);
  if (perTryTimeout === undefined && request === "none") return NONE;
  if (perTryTimeout === undefined && request === DEFAULT_TIMEOUT) return DEFAULT;
  return {
    request: request === "none" ? null : request,
    ...(perTryTimeout === undefined ? {} : { perTry: perTryTimeout }),
  };
}
