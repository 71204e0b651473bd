/** From what was written to the IR: shape, units and the default share. */
import { duration, integer, object, type ReadFields, share } from "../../contract/read.ts";
import { WHOLE } from "../../values/percent.ts";
import type { FaultIr } from "./ir.ts";
import { faultSupport } from "./support.ts";

const abort = object({ status: integer(200, 599), percent: share }, { required: ["status"] });
const delay = object({ for: duration, percent: share }, { required: ["for"] });

/** The field of a route that this slice owns. */
export const fields = { fault: object({ abort, delay }, { support: faultSupport, whole: true }) };

export function normalizeFault({ fault }: ReadFields<typeof fields>): FaultIr | undefined {
  if (fault === undefined) return undefined;
  return {
    ...(fault.abort && { abort: { status: fault.abort.status, share: fault.abort.percent ?? WHOLE } }),
    ...(fault.delay && { delay: { length: fault.delay.for, share: fault.delay.percent ?? WHOLE } }),
  };
}
