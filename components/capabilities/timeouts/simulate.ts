/** Timeouts, acted out: the whole answer, retries included, and each try. */
import type { TimeoutsIr } from "./ir.ts";

export const simulateTimeouts = ({ request, perTry }: TimeoutsIr) => ({
  timeout: request,
  ...(perTry === undefined ? {} : { perTry }),
});
