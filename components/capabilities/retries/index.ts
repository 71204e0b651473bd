/** Retries: when and how often a request is tried again. */
import { defineRouteCapability } from "../../contract/capability.ts";
import { checkRetries } from "./check.ts";
import * as codes from "./codes.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { fields, normalizeRetries } from "./normalize.ts";
import { retrySupport } from "./support.ts";

export const retries = defineRouteCapability({
  id: "retries",
  slot: "retries",
  fields,
  support: { retries: retrySupport },
  codes,
  normalize: normalizeRetries,
  check: checkRetries,
  limits: { istio: istio.limitRetries },
  render: { istio: istio.renderRetries, envoy: envoy.renderRetries },
});
