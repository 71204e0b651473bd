/** Access logs on standard output: one JSON line for each request or connection that the filter lets by. */
import type { JsonObject } from "../../values/json.ts";
import { typed } from "./resources.ts";

/** No query and no header but the request id: queries and cookies carry secrets. */
export const LINE: JsonObject = {
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

/** @param filter absent: everything */
export const stdoutLog = (line: JsonObject, filter?: JsonObject): JsonObject => ({
  name: "envoy.access_loggers.stdout",
  ...(filter === undefined ? {} : { filter }),
  typed_config: typed("envoy.extensions.access_loggers.stream.v3.StdoutAccessLog", {
    log_format: { json_format: line },
  }),
});
