/**
 * Owns the request headers that steer a stand-in (listed in workload.ts): reading them, and counting for fail-first.
 * Must not look at method, path or query, so that every path stays free for routes.
 */
import type { IncomingHttpHeaders } from "node:http";

export interface Steering {
  readonly status: number;
  readonly delayMs: number;
  readonly call: "all" | readonly string[];
  readonly depth: number;
}

export type SteeringResult =
  | ({ readonly kind: "steered" } & Steering)
  | { readonly kind: "refused"; readonly reason: string };

/** Requests seen so far per service and key; shared by the versions of a service, so that a retry on another one counts. */
export type FailureCounts = Map<string, number>;

const longestDelayMs = 60_000;
const deepest = 16;
const mostKeys = 10_000;

export function readSteering(headers: IncomingHttpHeaders, service: string, counts: FailureCounts): SteeringResult {
  const number = (name: string, low: number, high: number) => readNumber(headers, name, low, high);
  const status = number("x-echo-status", 200, 599);
  const failFirst = number("x-echo-fail-first", 0, 1_000_000);
  const delay = number("x-echo-delay", 0, longestDelayMs);
  const depth = number("x-echo-depth", 0, deepest);
  const key = text(headers, "x-echo-key");
  const problem = [status, failFirst, delay, depth].find((value) => typeof value === "string");
  if (typeof problem === "string") return { kind: "refused", reason: problem };
  if (typeof failFirst === "number" && key === undefined) {
    return { kind: "refused", reason: "x-echo-fail-first needs x-echo-key" };
  }
  const here = isMeant(headers, service);
  return {
    kind: "steered",
    status: here ? statusOf(status as Given, failFirst as Given, `${service} ${key}`, counts) : 200,
    delayMs: here ? ((delay as Given) ?? 0) : 0,
    call: readCall(headers),
    depth: (depth as Given) ?? 0,
  };
}

type Given = number | undefined;

function statusOf(status: Given, failFirst: Given, key: string, counts: FailureCounts): number {
  if (failFirst === undefined) return status ?? 200;
  return count(key, counts) <= failFirst ? (status ?? 503) : 200;
}

function count(key: string, counts: FailureCounts): number {
  const seen = (counts.get(key) ?? 0) + 1;
  const oldest = counts.keys().next().value;
  if (seen === 1 && counts.size >= mostKeys && oldest !== undefined) counts.delete(oldest);
  counts.set(key, seen);
  return seen;
}

function isMeant(headers: IncomingHttpHeaders, service: string): boolean {
  const names = text(headers, "x-echo-at");
  return names === undefined || names.split(",").some((name) => name.trim() === service);
}

function readCall(headers: IncomingHttpHeaders): Steering["call"] {
  const value = text(headers, "x-echo-call");
  if (value === "all") return "all";
  const names = (value ?? "").split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}

/** A number, undefined when the header is not there, or the reason why it is none. */
function readNumber(
  headers: IncomingHttpHeaders,
  name: string,
  low: number,
  high: number,
): number | string | undefined {
  const value = text(headers, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,7}$/.test(value) ? Number(value) : Number.NaN;
  return number >= low && number <= high ? number : `${name} is not a whole number from ${low} to ${high}`;
}

function text(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
