/** Timeouts: how long a caller waits. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkTimeouts } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeTimeouts, support } from "./normalize.ts";
import { differences } from "./support.ts";

export const timeouts = defineRouteCapability({
  id: "timeouts",
  slot: "timeouts",
  fields,
  support,
  differences,
  codes,
  normalize: normalizeTimeouts,
  check: checkTimeouts,
  render: { istio: istio.renderTimeouts, envoy: envoy.renderTimeouts },
});
