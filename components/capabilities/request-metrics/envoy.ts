/** Request metrics on Envoy: which statistics the proxy keeps (bootstrap `stats_config.stats_matcher`). */
import { add } from "../../engines/envoy/resources.ts";
import type { EnvoyFragment } from "../../engines/envoy/slots.ts";
import type { RequestMetricsIr } from "./ir.ts";

const REQUESTS =
  "(cluster|http)\\..*\\.(upstream|downstream)_rq_(\\d+|\\dxx|completed|time|total|retry|timeout|pending_overflow)";
const FILTERS = "http\\..*\\.(rbac|fault)\\..*";
const CONNECTIONS =
  "(cluster|tcp)\\..*\\.(upstream|downstream)_cx_(total|active|connect_fail|connect_timeout|rx_bytes_total|tx_bytes_total)";

/** Of ports that do not speak HTTP: the filters have the names that access gives them. */
const REFUSED = "(allow|deny)\\.rbac\\..*";

const stat = (id: string, regex: string): EnvoyFragment => add("proxy.stats", id, { safe_regex: { regex } });

const REQUEST_STATS = [stat("requests", REQUESTS), stat("filters", FILTERS)];
const CONNECTION_STATS = [stat("connections", CONNECTIONS), stat("refused", REFUSED)];

export const renderMetrics = ({ requests, connections }: RequestMetricsIr): readonly EnvoyFragment[] => [
  ...(requests ? REQUEST_STATS : []),
  ...(connections ? CONNECTION_STATS : []),
];
