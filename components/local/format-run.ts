/** What `mesh run` prints: where everything is, what to try, and the table of probes. */
import { versionsOf } from "../engines/envoy/clusters.ts";
import { clusterName, proxyName } from "../engines/envoy/names.ts";
import type { ServiceIr } from "../ir/mesh-ir.ts";
import { speaksHttp } from "../ir/port.ts";
import { wishedPort } from "./run-plan.ts";
import type { ProbeResult } from "./run-probes.ts";
import type { RunningMesh } from "./running-mesh.ts";

export function formatPlaces(mesh: RunningMesh, file: string): string {
  const { ir, placement } = mesh.plan;
  const gateways = ir.gateways.flatMap((gateway) =>
    gateway.listeners.flatMap(({ name, hosts, tls, port: own }) => {
      const { port } = placement.listener(gateway.id, name);
      const wished = wishedPort(own);
      return hosts.map((host) => [
        `gateway ${gateway.key}`,
        `${tls === undefined ? "http" : "https"}://${host}:${port}/`,
        port === wished ? "" : `port ${wished} is taken on this machine`,
      ]);
    }),
  );
  const sidecars = ir.services.flatMap((service) =>
    versionsOf(service).flatMap((version) => {
      const name = proxyName(service.id, version);
      const http = service.calls.some((edge) =>
        [...ir.services, ...ir.externals].some(
          ({ id, ports }) => id === edge.to && ports.some((port) => port.name === edge.port && speaksHttp(port)),
        ),
      );
      const out = http ? `calls through 127.0.0.1:${placement.outboundHttp(name).port}` : "calls nobody by HTTP";
      return [
        [name, out, `metrics 127.0.0.1:${placement.metrics(name).port}/metrics`],
        ...streamsOf(service, name, mesh),
      ];
    }),
  );
  return [
    "",
    columns([...gateways, ...sidecars]),
    "",
    "Try:",
    ...examples(mesh).map((line) => `  ${line}`),
    "",
    `Configuration, certificates and logs: ${mesh.directory}`,
    `Save ${file} to change the running mesh. Ctrl-C stops it and leaves nothing behind.`,
    "",
  ].join("\n");
}

/** What ended by itself: a proxy, or all stand-ins. */
export const formatLost = (proxy: string | undefined): string =>
  proxy === undefined
    ? "the stand-in workloads have ended by themselves: every service is gone; start `mesh run` again\n"
    : `the proxy ${proxy} has ended by itself, envoy.log in its folder may say why; save the mesh file to start it again\n`;

/** What does not speak HTTP has an address of its own at the caller's proxy. */
const streamsOf = (
  { calls }: ServiceIr,
  proxy: string,
  { plan: { ir, placement } }: RunningMesh,
): readonly string[][] =>
  calls.flatMap(({ to, port }) => {
    const callee = [...ir.services, ...ir.externals].find(({ id }) => id === to);
    if (callee === undefined || callee.ports.some((one) => one.name === port && speaksHttp(one))) return [];
    const address = placement.outboundTcp(proxy, clusterName({ service: to, port }));
    return [["", `calls ${callee.key}:${port} at 127.0.0.1:${address.port}`, ""]];
  });

/** One request through a gateway, one as a workload would send it. */
function examples(mesh: RunningMesh): string[] {
  const { ir, placement } = mesh.plan;
  const outside = ir.gateways.flatMap((gateway) =>
    gateway.listeners.slice(0, 2).map(({ name, hosts, tls }) => {
      const { port } = placement.listener(gateway.id, name);
      const scheme = tls === undefined ? "http" : "https";
      const trust = tls === undefined ? "" : ` --cacert ${mesh.directory}/ca.crt`;
      return `curl${trust} --connect-to ${hosts[0]}:${port}:127.0.0.1:${port} ${scheme}://${hosts[0]}:${port}/`;
    }),
  );
  const inside = ir.services.flatMap((service) => {
    const edge = service.calls.find(({ to, port }) =>
      ir.services.some(
        (one) => one.id === to && one.ports.some((item) => item.name === port && item.protocol === "http"),
      ),
    );
    const callee = ir.services.find(({ id }) => id === edge?.to);
    if (callee === undefined) return [];
    const number = callee.ports.find(({ name }) => name === edge?.port)?.number;
    const { port } = placement.outboundHttp(proxyName(service.id, versionsOf(service)[0]));
    return [
      `curl -H 'Host: ${callee.name}.${callee.namespace}:${number}' http://127.0.0.1:${port}/    # as ${service.key} calls ${callee.key}`,
    ];
  });
  return [...outside, ...inside.slice(0, 1)];
}

/** Of a save that was applied but for this. */
export function formatOutdated(proxies: readonly string[]): string {
  const shown = proxies.slice(0, MOST_NAMED).join(", ");
  const more = proxies.length > MOST_NAMED ? ` and ${proxies.length - MOST_NAMED} more` : "";
  return (
    `but for \`metrics\`, which Envoy reads only when it starts: ${shown}${more} count what they counted before.\n` +
    "A restart would lose the requests that are on their way, so it is yours: start `mesh run` again.\n"
  );
}

const MOST_NAMED = 8;

export function formatTable(results: readonly ProbeResult[]): string {
  const rows = results.map(({ name, expected, seen, agrees }) => [agrees ? "ok  " : "FAIL", name, expected, seen]);
  const agreed = results.filter(({ agrees }) => agrees).length;
  return `\n${columns([["", "request", "expected", "seen"], ...rows])}\n\n${agreed} of ${results.length} rows agree\n`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
