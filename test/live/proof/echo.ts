/** The backends of a proof: one server for each port of each workload and of each external service, all in this process. */
import {
  constants,
  createServer as createHttp2Server,
  createSecureServer,
  type Http2Server,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { IssuedCertificate } from "../../../components/local/certificates.ts";
import type { BackendAnswer } from "../../../components/simulate/request.ts";
import { type Http1Message, Http1Reader } from "./http1.ts";
import { type Arrived, type Backend, type Observations, PROOF_HEADER } from "./observations.ts";

export interface EchoSpec {
  readonly backend: Backend;
  readonly speaks: "http1" | "http2" | "tcp";
  readonly listen: ListenOptions;
  readonly tls?: IssuedCertificate | undefined;
}

/** Which backend answered; no mesh removes or changes it. */
export const BACKEND_HEADER = "x-proof-backend";

export class Echo {
  readonly #observations: Observations;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  constructor(observations: Observations) {
    this.#observations = observations;
  }

  async open(spec: EchoSpec): Promise<void> {
    const server = this.#serverFor(spec);
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("error", () => {});
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ backlog: 1_024, ...spec.listen }, () => resolve());
    });
    this.#servers.push(server);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #serverFor({ backend, speaks, tls }: EchoSpec): Server {
    const keys = tls && { cert: tls.certificatePem, key: tls.keyPem };
    switch (speaks) {
      case "http1": {
        const talk = (socket: Socket) => this.#talk(socket, backend);
        return keys === undefined ? createServer({ noDelay: true }, talk) : createTlsServer(keys, talk);
      }
      case "http2": {
        const server: Http2Server = keys === undefined ? createHttp2Server() : createSecureServer(keys);
        server.on("stream", (stream, _headers, _flags, raw) =>
          this.#stream(stream, raw as unknown as readonly string[], backend),
        );
        server.on("sessionError", () => {});
        return server;
      }
      case "tcp": {
        const greet = (socket: Socket) => greeter(socket, backend);
        return keys === undefined ? createServer(greet) : createTlsServer(keys, greet);
      }
    }
  }

  // --- HTTP/1.1 ----------------------------------------------------------------------------------------------------

  #talk(socket: Socket, backend: Backend): void {
    socket.on("error", () => {});
    const reader = new Http1Reader(
      () => true,
      (message) => {
        const started = performance.now();
        const arrived = arrivedOverHttp1(message, backend);
        const { answer, headers } = this.#observations.arrive(idOf(arrived), arrived);
        const send = () => {
          arrived.took = performance.now() - started;
          if (answer.kind === "reset") socket.destroy();
          else
            socket.write(
              http1Answer(answer.status, linesOf(answer, headers), backend, arrived.method === "HEAD"),
              "latin1",
            );
        };
        later(answer, send);
      },
    );
    socket.on("data", (chunk) => reader.push(chunk));
  }

  // --- HTTP/2 ------------------------------------------------------------------------------------------------------

  #stream(stream: ServerHttp2Stream, raw: readonly string[], backend: Backend): void {
    stream.on("error", () => {});
    stream.resume();
    const started = performance.now();
    const arrived = arrivedOverHttp2(raw, backend);
    const { answer, headers } = this.#observations.arrive(idOf(arrived), arrived);
    const send = () => {
      arrived.took = performance.now() - started;
      if (stream.destroyed) return;
      if (answer.kind === "reset") return stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      stream.respond(http2Answer(answer.status, linesOf(answer, headers), backend), { endStream: true });
    };
    // Answered when all of it is there: a stream that ends before its request is reset by proxies.
    stream.once("end", () => later(answer, send));
  }
}

function later(answer: BackendAnswer, send: () => void): void {
  const after = answer.kind === "status" ? (answer.after ?? 0) : 0;
  if (after > 0) setTimeout(send, after);
  else send();
}

const linesOf = ({ grpcStatus }: Extract<BackendAnswer, { kind: "status" }>, headers: Arrived["headers"]) =>
  grpcStatus === undefined ? headers : [...headers, ["grpc-status", String(grpcStatus)] as const];

const idOf = ({ headers }: Arrived): string | undefined => headers.find(([name]) => name === PROOF_HEADER)?.[1];

function arrivedOverHttp1({ start, headers }: Http1Message, backend: Backend): Arrived {
  const [method = "", path = ""] = start.split(" ");
  const lower = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const authority = lower.find(([name]) => name === "host")?.[1] ?? "";
  return { backend, method, path, authority, headers: lower.filter(([name]) => name !== "host") };
}

function arrivedOverHttp2(raw: readonly string[], backend: Backend): Arrived {
  const headers: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  const pseudo = (name: string) => headers.find(([own]) => own === name)?.[1] ?? "";
  return {
    backend,
    method: pseudo(":method"),
    path: pseudo(":path"),
    authority: pseudo(":authority"),
    headers: headers.filter(([name]) => !name.startsWith(":")),
  };
}

function http1Answer(status: number, headers: Arrived["headers"], backend: Backend, isHead: boolean): string {
  const bare = status === 204 || status === 304 || isHead;
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} Any\r\n${lines}${BACKEND_HEADER}: ${backendName(backend)}\r\n${bare ? "" : "content-length: 0\r\n"}\r\n`;
}

function http2Answer(
  status: number,
  headers: Arrived["headers"],
  backend: Backend,
): Record<string, string | string[] | number> {
  // Without a prototype: a header may be called "constructor".
  const all: Record<string, string | string[] | number> = Object.create(null);
  all[":status"] = status;
  all[BACKEND_HEADER] = backendName(backend);
  for (const [name, value] of headers) {
    const known = all[name];
    all[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [String(known)]), value];
  }
  return all;
}

/** Letters of labels only: fit for a header and for a line. */
export const backendName = ({ mesh, service, port, version }: Backend): string =>
  [mesh, service, port, ...(version === undefined ? [] : [version])].join(" ");

/**
 * Says who it is once it is spoken to. A proxy may look at the first byte of a caller before it decides (Envoy's network RBAC does);
 * what a server says before that reaches even those who are then refused.
 */
function greeter(socket: Socket, backend: Backend): void {
  socket.on("error", () => {});
  socket.once("data", () => socket.write(`${backendName(backend)}\n`));
}
