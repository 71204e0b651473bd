/** Request metrics on Istio: all standard metrics are on, and overrides (`Telemetry.metrics`) switch off what nobody reads. */
import { add } from "../../engines/istio/resources.ts";
import type { IstioFragment } from "../../engines/istio/slots.ts";
import type { RequestMetricsIr } from "./ir.ts";

const REQUESTS = [
  "REQUEST_COUNT",
  "REQUEST_DURATION",
  "REQUEST_SIZE",
  "RESPONSE_SIZE",
  "GRPC_REQUEST_MESSAGES",
  "GRPC_RESPONSE_MESSAGES",
];
const CONNECTIONS = ["TCP_OPENED_CONNECTIONS", "TCP_CLOSED_CONNECTIONS", "TCP_SENT_BYTES", "TCP_RECEIVED_BYTES"];

const off = (metrics: readonly string[]): readonly IstioFragment[] =>
  metrics.map((metric) =>
    add("telemetry.metricOverrides", metric, { match: { metric, mode: "CLIENT_AND_SERVER" }, disabled: true }),
  );

const REQUESTS_OFF = off(REQUESTS);
const CONNECTIONS_OFF = off(CONNECTIONS);

export const renderMetrics = ({ requests, connections }: RequestMetricsIr): readonly IstioFragment[] => [
  ...(requests ? [] : REQUESTS_OFF),
  ...(connections ? [] : CONNECTIONS_OFF),
];
