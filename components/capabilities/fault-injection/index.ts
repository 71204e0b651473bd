/** Fault injection: aborts and delays on a route. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkFault } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeFault } from "./normalize.ts";
import { faultSupport } from "./support.ts";

export const faultInjection = defineRouteCapability({
  id: "fault-injection",
  slot: "fault",
  fields,
  support: { fault: faultSupport },
  codes,
  normalize: normalizeFault,
  check: checkFault,
  render: { istio: istio.renderFault, envoy: envoy.renderFault },
});
