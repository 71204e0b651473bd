/** Request metrics: what a proxy counts. */
import { defineProxyCapability } from "../../contract/capability.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { field, normalizeMetrics } from "./normalize.ts";
import { requestMetricsSupport } from "./support.ts";

export const requestMetrics = defineProxyCapability({
  id: "request-metrics",
  slot: "metrics",
  field: "metrics",
  reader: field,
  support: { metrics: requestMetricsSupport },
  codes: {},
  normalize: normalizeMetrics,
  render: { istio: istio.renderMetrics, envoy: envoy.renderMetrics },
});
