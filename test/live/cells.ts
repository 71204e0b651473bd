/** Every support table by a short name, so that a test can name the cells it proves and a wrong name does not compile. */
import { accessSupport, namespaceSupport } from "../../components/capabilities/access/support.ts";
import { accessLogsSupport } from "../../components/capabilities/access-logs/support.ts";
import { directResponseSupport } from "../../components/capabilities/direct-responses/support.ts";
import { externalSupport, externalTlsSupport } from "../../components/capabilities/external-services/support.ts";
import { faultSupport } from "../../components/capabilities/fault-injection/support.ts";
import { gatewaySupport, listenerSupport } from "../../components/capabilities/gateways/support.ts";
import { headerChangesSupport } from "../../components/capabilities/header-changes/support.ts";
import { conditionSupport, matchingSupport } from "../../components/capabilities/matching/support.ts";
import { mtlsSupport } from "../../components/capabilities/mtls/support.ts";
import { redirectSupport } from "../../components/capabilities/redirects/support.ts";
import { requestMetricsSupport } from "../../components/capabilities/request-metrics/support.ts";
import { retrySupport } from "../../components/capabilities/retries/support.ts";
import { rewriteSupport } from "../../components/capabilities/rewrites/support.ts";
import { serviceSupport } from "../../components/capabilities/services/support.ts";
import { timeoutSupport } from "../../components/capabilities/timeouts/support.ts";
import { splitSupport } from "../../components/capabilities/traffic-split/support.ts";
import { portSupport } from "../../components/engines/port-support.ts";

export const tables = {
  access: accessSupport,
  accessLogs: accessLogsSupport,
  externalTls: externalTlsSupport,
  externals: externalSupport,
  fault: faultSupport,
  gateways: gatewaySupport,
  headers: headerChangesSupport,
  listeners: listenerSupport,
  matching: matchingSupport,
  metrics: requestMetricsSupport,
  mtls: mtlsSupport,
  namespaces: namespaceSupport,
  ports: portSupport,
  redirect: redirectSupport,
  respond: directResponseSupport,
  retries: retrySupport,
  rewrite: rewriteSupport,
  services: serviceSupport,
  split: splitSupport,
  timeouts: timeoutSupport,
  when: conditionSupport,
} as const;

type Tables = typeof tables;

/** `fault.abort`: a row of a table, read as its cell for Envoy. */
export type Cell = { [T in keyof Tables & string]: `${T}.${keyof Tables[T] & string}` }[keyof Tables];

/** A test's title ends with the cells it proves: `answers by itself [respond.status respond.body]`. */
export const titleOf = (title: string, cells: readonly Cell[]): string =>
  cells.length === 0 ? title : `${title} [${cells.join(" ")}]`;

export const cellsOf = (title: string): readonly string[] => /\[([^\]]+)\]$/.exec(title)?.[1]?.split(" ") ?? [];
