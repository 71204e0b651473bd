/** Access logs: which requests leave a line. */
import { defineProxyCapability } from "../../contract/capability.ts";
import * as envoy from "./envoy.ts";
import * as istio from "./istio.ts";
import { field, normalizeAccessLogs } from "./normalize.ts";
import { accessLogsSupport } from "./support.ts";

export const accessLogs = defineProxyCapability({
  id: "access-logs",
  slot: "accessLogs",
  field: "accessLogs",
  reader: field,
  support: { accessLogs: accessLogsSupport },
  codes: {},
  normalize: normalizeAccessLogs,
  render: { istio: istio.renderAccessLogs, envoy: envoy.renderAccessLogs },
});
