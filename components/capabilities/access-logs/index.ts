/** Access logs: which requests leave a line. */
import { defineProxyCapability } from "../../contract/capability.ts";
import { renderAccessLogs } from "./envoy.ts";
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
  render: { envoy: renderAccessLogs },
});
