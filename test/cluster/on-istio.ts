/** A probe as Istio has to answer it: what the tables of support declare as different, and nothing else. */
import type { MeshIr, Probe } from "../../components/index.ts";
import { speaksHttp } from "../../components/ir/port.ts";
import type { Seen } from "../../components/local/ask.ts";
import { isOutside } from "../../components/local/probe.ts";

/**
 * What differs on Istio. It knows a service outside at its declared port alone, so the application asks for that one. And it refuses
 * in two ways what a caller does not call: 502 at a port where the caller calls somebody by HTTP, else the connection is closed.
 */
export function onIstio(probe: Probe, ir: MeshIr): Probe {
  const { from, expect } = probe;
  if (typeof from !== "object" || isOutside(from)) return probe;
  if (expect.status === 404)
    return { ...probe, expect: { status: callsByHttp(from.service, probe.url, ir) ? 502 : "refused" } };
  const url = new URL(probe.url);
  const external = ir.externals.find(({ host }) => host === url.hostname);
  if (external !== undefined && url.port === "") url.port = String(external.ports[0]?.number);
  return external === undefined ? probe : { ...probe, url: url.href };
}

/** One word for the two that a gRPC call is answered with where it takes too long (the difference "deadline of a gRPC call"). */
export const asOneDeadline = (seen: Seen, { protocol }: Probe): Seen =>
  protocol === "grpc" && seen.status === 504 ? { ...seen, status: 503 } : seen;

export function callsByHttp(caller: string, text: string, ir: MeshIr): boolean {
  const url = new URL(text);
  const asked = url.port === "" ? 80 : Number(url.port);
  const calls = ir.services.find(({ key }) => key === caller)?.calls ?? [];
  const callees = [...ir.services, ...ir.externals];
  return calls.some(({ to, port }) => {
    const found = callees.find(({ id }) => id === to)?.ports.find(({ name }) => name === port);
    return found !== undefined && speaksHttp(found) && found.number === asked;
  });
}
