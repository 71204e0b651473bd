/**
 * Owns the stand-in applications of a local run: which server each port gets. All stand-ins share one process.
 * Must not know Envoy or the mesh: it hears from its sidecar on unix sockets, in a pod on ports, and calls through it.
 *
 * An HTTP stand-in (http, http2, grpc) answers `{ service, version, identity, method, authority, path, headers, peer, calls }` and the
 * header `x-workload: <id>`. Only request headers steer it, never method, path or query:
 *
 *   x-echo-status: 503       answers that status (200 to 599); over gRPC the status it maps to
 *   x-echo-fail-first: 2     the first 2 requests with the same key fail (503, or x-echo-status), later ones get 200;
 *   x-echo-key: K            counted per service, whichever version answers
 *   x-echo-delay: 250        answers after so many milliseconds (at most 60,000)
 *   x-echo-at: a,b           the four above act only at services a and b; without it wherever they arrive
 *   x-echo-call: all         calls its declared callees first, or those named (`reviews.shop,ratings.shop`), and reports each answer
 *   x-echo-depth: 2          the callees do the same, so many levels further (at most 16)
 *
 * A call is a GET with the callee's authority (tcp, tls: a connection that reads one line). It passes on x-request-id, traceparent,
 * tracestate, cookie, end-user, x-demo-* and x-echo-*, but x-echo-call only while x-echo-depth is above 0, and then counts the depth
 * down.
 * A header that cannot be read is answered with 400.
 *
 * A tcp or tls stand-in sends one JSON line `{ service, version, identity }` and echoes what it receives.
 * An external one answers `{ external, path, headers }` for any request, or sends the line `{ external }` where it speaks no HTTP.
 */
import { readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server, createSecureServer } from "node:http2";
import type { Server, Socket } from "node:net";
import { createServer as createTcpServer } from "node:net";
import type { TlsOptions } from "node:tls";
import { createServer as createTlsServer } from "node:tls";
import { siblingProgram } from "./sibling-program.ts";
import type { AnyRequest, AnyResponse, Handler } from "./workload-http.ts";
import { httpHandler, requestReport, sendJson } from "./workload-http.ts";
import type { Listener } from "./workload-listener.ts";
import { openListener } from "./workload-listener.ts";
import type { ExternalSpec, PortSpec, WorkloadSpec, WorkloadsSpec } from "./workload-spec.ts";
import type { FailureCounts } from "./workload-steering.ts";

export interface Workloads {
  close(): Promise<void>;
}

/** What that process says when it serves a list; anything else is the reason why it does not. */
export const READY = "ready";

/** Arguments of `node` for the process that hosts the stand-ins; it takes lists on its stdin and ends with it. */
export const workloadArguments = (): string[] => siblingProgram("workload-main", import.meta.url);

export async function startWorkloads(spec: WorkloadsSpec, counts: FailureCounts = new Map()): Promise<Workloads> {
  const ports = spec.workloads.flatMap((workload) => workload.ports.map((port) => openPort(workload, port, counts)));
  const opening = await Promise.allSettled([...ports, ...spec.externals.map(openExternal)]);
  const listeners = opening.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const close = () => closeAll(listeners);
  const failure = opening.find((result) => result.status === "rejected");
  if (failure !== undefined) {
    await close();
    throw failure.reason;
  }
  return { close };
}

async function closeAll(listeners: readonly Listener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
}

/** Its servers read who they are with each request or connection, so `workload` may change while they listen; its port may not. */
export async function openPort(workload: WorkloadSpec, port: PortSpec, counts: FailureCounts): Promise<Listener> {
  return openListener(await serverFor(workload, port, counts), port.listen);
}

async function serverFor(workload: WorkloadSpec, port: PortSpec, counts: FailureCounts): Promise<Server> {
  switch (port.protocol) {
    case "http":
      return httpServer(httpHandler(workload, counts, false));
    case "http2":
      return createHttp2Server(httpHandler(workload, counts, false));
    case "grpc":
      return createHttp2Server(httpHandler(workload, counts, true));
    case "tcp":
      return createTcpServer(greeter(() => streamReport(workload)));
    case "tls":
      return createTlsServer(
        await tlsOptions(port),
        greeter(() => streamReport(workload)),
      );
  }
}

const streamReport = ({ service, version, identity }: WorkloadSpec) => ({ service, version, identity });

function httpServer(handler: Handler): Server {
  // 64 kB of headers as Envoy allows (60 kB).
  const server = createHttpServer({ maxHeaderSize: 1 << 16 }, handler as RequestListener);
  // Node closes idle connections after 5 s, while the proxy is about to reuse them: that would be a 503 nobody asked for.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return server;
}

/** Speaks first, then repeats what it hears. */
function greeter(report: () => object): (socket: Socket) => void {
  return (socket) => {
    socket.on("error", () => {});
    socket.write(`${JSON.stringify(report())}\n`);
    socket.pipe(socket);
  };
}

async function tlsOptions({ name, caFile, certFile, keyFile }: PortSpec): Promise<TlsOptions> {
  if (certFile === undefined || keyFile === undefined)
    throw new Error(`port ${name}: tls needs a certificate and a key`);
  const pair = await keyPair(certFile, keyFile);
  if (caFile === undefined) return pair;
  return { ...pair, ca: await readFile(caFile), requestCert: true, rejectUnauthorized: true };
}

async function keyPair(certFile: string, keyFile: string): Promise<Pick<TlsOptions, "cert" | "key">> {
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  return { cert, key };
}

export async function openExternal(spec: ExternalSpec): Promise<Listener> {
  return openListener(await externalServer(spec), { host: spec.address ?? "127.0.0.1", port: spec.port });
}

async function externalServer({ host, serves = "https", certFile, keyFile }: ExternalSpec): Promise<Server> {
  switch (serves) {
    case "http":
      return httpServer(externalHandler(host));
    case "http2":
      return createHttp2Server(externalHandler(host));
    case "https":
      // Both versions of HTTP: the client chooses.
      return createSecureServer({ ...(await keyPair(certFile, keyFile)), allowHTTP1: true }, externalHandler(host));
    case "tcp":
      return createTcpServer(greeter(() => ({ external: host })));
    case "tls":
      return createTlsServer(
        await keyPair(certFile, keyFile),
        greeter(() => ({ external: host })),
      );
  }
}

function externalHandler(host: string) {
  return (request: AnyRequest, response: AnyResponse): void => {
    request.on("error", () => {});
    response.on("error", () => {});
    request.once("end", () => {
      const { path, headers } = requestReport(request);
      sendJson(response, {
        status: 200,
        id: host,
        body: `${JSON.stringify({ external: host, path, headers })}\n`,
      });
    });
    request.resume();
  };
}
