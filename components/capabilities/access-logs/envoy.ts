/** Access logs on Envoy: StdoutAccessLog with a JSON format (HttpConnectionManager.access_log). */
import { LINE, stdoutLog } from "../../engines/envoy/access-log.ts";
import { add } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { JsonObject } from "../../values/json.ts";
import type { AccessLogsIr } from "./ir.ts";

const statusAtLeast = (status: number): JsonObject => ({
  status_code_filter: {
    comparison: { op: "GE", value: { default_value: status, runtime_key: "meshwright.access_log.status" } },
  },
});

/** RBAC answers 403 and sets no flag; every other failure of a proxy sets one. */
const refused: JsonObject = {
  status_code_filter: {
    comparison: { op: "EQ", value: { default_value: 403, runtime_key: "meshwright.access_log.refused" } },
  },
};

const ERRORS: JsonObject = { or_filter: { filters: [statusAtLeast(500), { response_flag_filter: {} }, refused] } };

const stdout = (filter?: JsonObject): EnvoyFragment => add("proxy.accessLogs", "stdout", stdoutLog(LINE, filter));

/** The same for every proxy. */
const LOGS: { readonly [R in AccessLogsIr["requests"]]: readonly EnvoyFragment[] } = {
  all: [stdout()],
  errors: [stdout(ERRORS)],
  none: [],
};

export const renderAccessLogs = ({ requests }: AccessLogsIr): readonly EnvoyFragment[] => LOGS[requests];
