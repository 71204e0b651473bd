/** A gateway's listener: hosts and their routes, and what the edge refuses before it looks at them. */
import type { Scheme } from "../capabilities/redirects/simulate.ts";
import type { Message } from "../contract/message.ts";
import type { GatewayIr } from "../ir/mesh-ir.ts";
import type { Inbound } from "./follow.ts";
import type { SeenMessage } from "./normalized.ts";
import { RouteTable } from "./route-table.ts";
import type { Outcome } from "./verdict.ts";

export interface Door {
  readonly scheme: Scheme;
  /** Hosts that are only sent on to https, and where that is. */
  readonly redirected: ReadonlyMap<string, number>;
  tableFor(authority: string): RouteTable | undefined;
}

/** By the name of the listener. */
export function doorsOf(gateway: GatewayIr, inbound: Inbound): ReadonlyMap<string, Door> {
  const tables = new Map(gateway.hosts.map((table) => [table.name, new RouteTable(table, inbound)]));
  return new Map(
    gateway.listeners.map((listener) => {
      const hosts = new Map(listener.hosts.map((host) => [host as string, tables.get(host)]));
      const door: Door = {
        scheme: listener.tls === undefined ? "http" : "https",
        redirected: new Map(listener.redirected.map((host) => [host, securePortOf(gateway, host)])),
        tableFor: (authority) => hosts.get(hostOf(authority)),
      };
      return [listener.name, door];
    }),
  );
}

const securePortOf = ({ listeners }: GatewayIr, host: string): number =>
  listeners.find(({ tls, hosts }) => tls !== undefined && hosts.some((one) => one === host))?.port ?? 443;

/** Clients outside may name the port they dialled, whatever stands before the gateway made of it. */
function hostOf(authority: string): string {
  const host = authority.toLowerCase();
  const colon = host.indexOf(":");
  return colon > 0 && colon < host.length - 1 ? host.slice(0, colon) : host;
}

/** What ends at the edge: header names with underscores, escaped slashes, hosts that only https serves. */
export function refusedAtDoor(door: Door, seen: SeenMessage): Outcome | undefined {
  const { message } = seen;
  for (const name of message.headers.keys())
    if (name.includes("_"))
      return { kind: "bad-request", status: 400, reason: `the name of header ${name} has an underscore` };
  if (seen.hadEscapedSlashes) return { kind: "redirect", status: 307, location: `${message.path}${message.query}` };
  const port = door.redirected.get(hostOf(message.authority));
  return port === undefined ? undefined : { kind: "redirect", status: 301, location: toHttps(message, port) };
}

/** The host as the client spelled it; its port, which it was told for plain HTTP, gives way. */
const toHttps = ({ authority, path, query }: Message, port: number): string => {
  const colon = authority.lastIndexOf(":");
  return `https://${colon > 0 ? authority.slice(0, colon) : authority}:${port}${path}${query}`;
};
