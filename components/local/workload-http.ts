/**
 * Owns how an HTTP stand-in answers, over HTTP/1.1, HTTP/2 and gRPC alike: the report, the status, the framing.
 * Must not listen (workload.ts) or decide by anything but headers (workload-steering.ts).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { callAll } from "./workload-calls.ts";
import type { WorkloadSpec } from "./workload-spec.ts";
import type { FailureCounts } from "./workload-steering.ts";
import { readSteering } from "./workload-steering.ts";

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;
export type Handler = (request: AnyRequest, response: AnyResponse) => void;

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly body: string;
}

export function httpHandler(workload: WorkloadSpec, counts: FailureCounts, speaksGrpc: boolean): Handler {
  return (request, response) => {
    // A peer that goes away (timeout, reset) is what resilience tests are about, not an error of the stand-in.
    request.on("error", () => {});
    response.on("error", () => {});
    // Answering before the body has arrived would make the proxy close the connection instead of reusing it.
    request.once("end", () => {
      void answer(workload, counts, request).then((made) => {
        if (speaksGrpc && isGrpc(request)) sendGrpc(response as Http2ServerResponse, made);
        else sendJson(response, made);
      });
    });
    request.resume();
  };
}

async function answer(workload: WorkloadSpec, counts: FailureCounts, request: AnyRequest): Promise<Answer> {
  const steering = readSteering(request.headers, workload.service, counts);
  const { id, service, version, identity } = workload;
  if (steering.kind === "refused") {
    return { status: 400, id, body: toJson({ service, version, error: steering.reason }) };
  }
  if (steering.delayMs > 0) await sleep(steering.delayMs, undefined, { ref: false });
  const calls = await callAll(workload.calls, steering, request.headers);
  const peer = request.headers["x-forwarded-client-cert"] ?? null;
  const report = { service, version, identity, ...requestReport(request), peer, calls };
  return { status: steering.status, id, body: toJson(report) };
}

/** What of a request a stand-in repeats; header values that came more than once stay apart. */
export function requestReport(request: AnyRequest) {
  const { method, url } = request;
  const authority = request.headers[":authority"] ?? request.headers.host ?? null;
  return { method, authority, path: url, headers: headerReport(request.rawHeaders) };
}

function headerReport(raw: readonly string[]): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? "").toLowerCase();
    if (!name.startsWith(":")) values.set(name, [...(values.get(name) ?? []), raw[index + 1] ?? ""]);
  }
  const entries = [...values].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? "") : list] as const);
  return Object.fromEntries(entries);
}

export function sendJson(response: AnyResponse, { status, id, body }: Answer): void {
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  const type = hasBody ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {};
  // The two kinds of response have the same methods; their overloads do not unite.
  const either = response as ServerResponse;
  either.writeHead(status, { ...type, "x-workload": id });
  either.end(hasBody ? body : undefined);
}

/** Unary: one message, then the status as a trailer; an error is the trailers alone, as gRPC servers send it. */
function sendGrpc(response: Http2ServerResponse, { status, id, body }: Answer): void {
  const code = grpcStatus(status);
  const headers = { "content-type": "application/grpc", "x-workload": id };
  if (code !== 0) {
    response.writeHead(200, {
      ...headers,
      "grpc-status": code,
      "grpc-message": `steered by status ${status}`,
    });
    response.end();
    return;
  }
  response.writeHead(200, headers);
  response.addTrailers({ "grpc-status": "0" });
  response.end(grpcMessage(body));
}

/** One byte "not compressed", four bytes length, then a message whose field 1 is the text. */
function grpcMessage(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const message = Buffer.concat([Buffer.from([(1 << 3) | 2, ...varint(bytes.length)]), bytes]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** @source google.rpc.Code (googleapis, code.proto), the HTTP mapping of each code read backwards; anything else is UNKNOWN */
const GRPC_OF_HTTP: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 10,
  429: 8,
  499: 1,
  500: 13,
  501: 12,
  502: 14,
  503: 14,
  504: 4,
};

const grpcStatus = (status: number): number => (status < 300 ? 0 : (GRPC_OF_HTTP[status] ?? 2));

function isGrpc(request: AnyRequest): boolean {
  return /^application\/grpc\b/.test(request.headers["content-type"] ?? "");
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
