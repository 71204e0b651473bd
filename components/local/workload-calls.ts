/**
 * Owns the calls a stand-in makes to its declared callees through its sidecar, and what it passes on.
 * Must not reach anything but the `via` address of a declared call.
 */
import { readFile } from "node:fs/promises";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:http";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { CallSpec } from "./workload-spec.ts";
import type { Steering } from "./workload-steering.ts";

/** `status` is null when there was no answer; `error` then says why. For tcp and tls an answer counts as 200. */
export interface CallReport {
  readonly name: string;
  readonly status: number | null;
  readonly service: string | null;
  readonly version: string | null;
  readonly error?: string;
  readonly calls?: readonly CallReport[];
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const limitMs = 30_000;
const longestAnswer = 1 << 20;
/** What an application has to pass on for traces and sessions to hold together; `end-user` is the session of Istio's Bookinfo. */
const passedOn = ["x-request-id", "traceparent", "tracestate", "cookie", "end-user"];
const passedOnPrefixes = ["x-demo-", "x-echo-"];

export function callAll(
  declared: readonly CallSpec[],
  steering: Steering,
  headers: IncomingHttpHeaders,
): Promise<CallReport[]> {
  const { call } = steering;
  if (call === "all") return Promise.all(declared.map((spec) => callOne(spec, steering, headers)));
  const unknown = call.filter((name) => declared.every((spec) => spec.name !== name));
  const chosen = declared.filter((spec) => call.includes(spec.name));
  return Promise.all([
    ...chosen.map((spec) => callOne(spec, steering, headers)),
    ...unknown.map((name) => failed(name, "not a declared call")),
  ]);
}

async function callOne(spec: CallSpec, steering: Steering, headers: IncomingHttpHeaders): Promise<CallReport> {
  try {
    const isStream = spec.protocol === "tcp" || spec.protocol === "tls";
    const answer = isStream ? await callStream(spec) : await callHttp(spec, forwarded(headers, steering));
    return reportOf(spec.name, answer);
  } catch (error) {
    return failed(spec.name, describe(error));
  }
}

function callHttp({ name, via }: CallSpec, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: via.host, port: via.port, agent: false, signal: AbortSignal.timeout(limitMs) };
    const outgoing = request({ ...options, headers: { ...headers, host: name } }, (response) => {
      readText(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

async function callStream(spec: CallSpec): Promise<Answer> {
  const socket = await openSocket(spec);
  try {
    return { status: 200, body: await firstLine(socket) };
  } finally {
    socket.destroy();
  }
}

async function openSocket({ protocol, name, via, caFile }: CallSpec): Promise<Socket> {
  if (protocol === "tcp") return connect(via);
  if (caFile === undefined) throw new Error("a tls call needs a CA");
  return connectTls({ ...via, servername: name.replace(/:\d+$/, ""), ca: await readFile(caFile) });
}

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.setTimeout(limitMs, () => reject(new Error("timeout")));
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes("\n") || text.length > longestAnswer) resolve(text.split("\n", 1)[0] ?? "");
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed without an answer")));
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= longestAnswer) parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function forwarded(headers: IncomingHttpHeaders, { depth }: Steering): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => isPassedOn(name, depth));
  const texts = kept.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]);
  const next = depth > 0 ? [["x-echo-depth", String(depth - 1)]] : [];
  return Object.fromEntries([...texts, ...next]) as Record<string, string>;
}

function isPassedOn(name: string, depth: number): boolean {
  if (name === "x-echo-call" && depth === 0) return false;
  return passedOn.includes(name) || passedOnPrefixes.some((prefix) => name.startsWith(prefix));
}

/** A proxy answers in its own words; then service and version stay null and the start of its text is kept. */
function reportOf(name: string, { status, body }: Answer): CallReport {
  const report = parseReport(body);
  if (report === undefined) {
    return {
      name,
      status,
      service: null,
      version: null,
      ...(body === "" ? {} : { error: body.slice(0, 200) }),
    };
  }
  const { service, version, calls } = report;
  return { name, status, service, version, ...(calls === undefined || calls.length === 0 ? {} : { calls }) };
}

function parseReport(body: string): Pick<CallReport, "service" | "version" | "calls"> | undefined {
  try {
    const value = JSON.parse(body) as Partial<CallReport> | null;
    if (typeof value?.service !== "string") return undefined;
    return {
      service: value.service,
      version: value.version ?? null,
      ...(value.calls && { calls: value.calls }),
    };
  } catch {
    return undefined;
  }
}

function failed(name: string, error: string): CallReport {
  return { name, status: null, service: null, version: null, error };
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
