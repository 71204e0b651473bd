/** Access logs on Envoy: StdoutAccessLog with a JSON format (HttpConnectionManager.access_log). */
import { add, typed } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { JsonObject } from "../../values/json.ts";
import type { AccessLogsIr } from "./ir.ts";

/** No query and no header but the request id: queries and cookies carry secrets. */
const LINE: JsonObject = {
  time: "%START_TIME%",
  caller: "%DOWNSTREAM_PEER_URI_SAN%",
  authority: "%REQ(:AUTHORITY)%",
  method: "%REQ(:METHOD)%",
  path: "%PATH(NQ)%",
  route: "%ROUTE_NAME%",
  status: "%RESPONSE_CODE%",
  details: "%RESPONSE_CODE_DETAILS%",
  flags: "%RESPONSE_FLAGS%",
  milliseconds: "%DURATION%",
  received: "%BYTES_RECEIVED%",
  sent: "%BYTES_SENT%",
  upstream: "%UPSTREAM_CLUSTER%",
  request: "%REQ(X-REQUEST-ID)%",
};

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

const stdout = (filter: JsonObject): EnvoyFragment =>
  add("proxy.accessLogs", "stdout", {
    name: "envoy.access_loggers.stdout",
    ...filter,
    typed_config: typed("envoy.extensions.access_loggers.stream.v3.StdoutAccessLog", {
      log_format: { json_format: LINE },
    }),
  });

/** The same for every proxy. */
const LOGS: { readonly [R in AccessLogsIr["requests"]]: readonly EnvoyFragment[] } = {
  all: [stdout({})],
  errors: [stdout({ filter: ERRORS })],
  none: [],
};

export const renderAccessLogs = ({ requests }: AccessLogsIr): readonly EnvoyFragment[] => LOGS[requests];
