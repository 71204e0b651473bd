/** The request of a test as the local mesh sends it. */

import type { Message } from "../../contract/message.ts";
import type { MeshIr } from "../../ir/mesh-ir.ts";
import { speaksHttp } from "../../ir/port.ts";
import type { Probe } from "../../local/probe.ts";
import type { Asked } from "../world.ts";

export function probeOf(asked: Asked, ir: MeshIr): Probe {
  const { request, protocol } = asked;
  const from = askerOf(asked, ir);
  const base = { name: "test", from, protocol, expect: { status: 200 } } as const;
  const { message, connection } = request;
  if (connection !== undefined)
    return { ...base, protocol: "http", url: addressOf(ir, connection.to, connection.port) };
  if (message === undefined) throw new Error("MW9005 a request of a test has neither a message nor a connection");
  const { method, path, query } = message;
  return { ...base, method, url: `${placeOf(asked, message, ir)}${path}${query}`, headers: headersOf(message) };
}

/** What the simulator was asked is sent, at the very listener that it chose. */
function askerOf({ from, request }: Asked, { gateways }: MeshIr): Probe["from"] {
  if (request.from.kind === "service") return { service: from };
  if (request.from.kind === "outside") {
    const { gateway: id, listener } = request.from;
    return { gateway: gateways.find((one) => one.id === id)?.key ?? "", listener };
  }
  return request.from.shows.kind === "plaintext" ? "plaintext" : "stranger";
}

/** Scheme and authority. Somebody who connects straight names the port as the mesh does, whatever the authority says. */
function placeOf({ request: { from } }: Asked, { authority }: Message, ir: MeshIr): string {
  if (from.kind === "service") return `http://${authority}`;
  if (from.kind === "straight") {
    const key = ir.services.find(({ id }) => id === from.service)?.key ?? "";
    return addressOf(ir, key, from.port);
  }
  const gateway = ir.gateways.find(({ id }) => id === from.gateway);
  const listener = gateway?.listeners.find(({ name }) => name === from.listener);
  return `${listener?.tls === undefined ? "http" : "https"}://${authority}`;
}

function addressOf({ services, externals }: MeshIr, key: string, name: string): string {
  const service = services.find((one) => one.key === key);
  const external = externals.find((one) => one.key === key);
  const port = (service ?? external)?.ports.find((one) => one.name === name);
  if (port === undefined) throw new Error(`MW9005 there is no port ${name} of ${key}`);
  return `${speaksHttp(port) ? "http" : "tcp"}://${service?.name ?? external?.host}:${port.number}`;
}

/** Of a header that occurs several times the values go as they are; the probe's type speaks of one. */
const headersOf = ({ headers }: Message): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...headers].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  ) as Readonly<Record<string, string>>;
