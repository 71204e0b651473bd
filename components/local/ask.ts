/** Sends one request of a probe to the running mesh, from whoever asks, and says what came back. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { type ClientHttp2Session, connect as http2Connect } from "node:http2";
import { request as httpsRequest } from "node:https";
import { type Socket, connect as tcpConnect } from "node:net";
import { type ConnectionOptions, connect as tlsConnect } from "node:tls";
import { versionsOf } from "../engines/envoy/clusters.ts";
import { clusterName, proxyName } from "../engines/envoy/names.ts";
import type { SocketAddress } from "../engines/envoy/placement.ts";
import type { EdgeIr, ServiceIr } from "../ir/mesh-ir.ts";
import { speaksHttp } from "../ir/port.ts";
import { chooseListener } from "../simulate/choose-listener.ts";
import { spiffeId } from "../values/spiffe-id.ts";
import { findCallee, findPort } from "./find-callee.ts";
import { isOutside, type Probe, writtenPort } from "./probe.ts";
import type { RunningMesh } from "./running-mesh.ts";

/** What an asker saw. `refused`: no HTTP answer; `body` is the stand-in's report where there is one. */
export interface Seen {
  readonly status: number | "refused";
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly milliseconds: number;
}

/** Longer than any timeout that a probe waits for. */
const PATIENCE = 20_000;

/** @throws where the mesh has no place for such a request: nothing was sent, which must not look like a refusal */
export async function ask(mesh: RunningMesh, probe: Probe): Promise<Seen> {
  return timed(await wayOf(mesh, probe));
}

/** The same request to a proxy of another run; `ca` signs what it shows to an https request. */
export function askAt(address: SocketAddress, probe: Probe, ca = ""): Promise<Seen> {
  const url = new URL(probe.url);
  if (url.protocol === "tcp:") return timed(() => overTcp(address));
  return timed(() => (url.protocol === "https:" ? overTls(probe, url, address, { ca }) : overAny(probe, url, address)));
}

async function timed(send: Send): Promise<Seen> {
  const started = performance.now();
  try {
    const seen = await send();
    return { ...seen, milliseconds: performance.now() - started };
  } catch (error) {
    return {
      status: "refused",
      headers: {},
      body: (error as Error).message,
      milliseconds: performance.now() - started,
    };
  }
}

type Answer = Omit<Seen, "milliseconds">;

/** What fails while it runs is what the network or the mesh did. */
type Send = () => Promise<Answer>;

function wayOf(mesh: RunningMesh, probe: Probe): Send | Promise<Send> {
  const url = new URL(probe.url);
  const { from } = probe;
  if (isOutside(from)) return fromOutside(mesh, probe, url, from === "outside" ? {} : from);
  if (from === "stranger" || from === "plaintext") return straight(mesh, probe, url, from);
  return throughSidecar(mesh, probe, url, from);
}

// --- the askers ----------------------------------------------------------------------------------------------------

/** A host that nobody serves still reaches a gateway: it must say 404. */
function fromOutside(
  mesh: RunningMesh,
  probe: Probe,
  url: URL,
  named: { readonly gateway?: string; readonly listener?: string | undefined },
): Send {
  const secure = url.protocol === "https:";
  const wanted = { scheme: secure ? "https" : "http", host: url.hostname, port: writtenPort(probe.url) } as const;
  const chosen = chooseListener(mesh.plan.ir, { ...named, ...wanted });
  if (chosen.kind === "none") throw new Error(`no gateway has such a listener for ${wanted.scheme}`);
  if (chosen.kind === "several") throw new Error(`several listeners serve ${url.hostname}`);
  const address = mesh.plan.placement.listener(chosen.gateway.id, chosen.listener.name);
  if (!secure) return () => overHttp(probe, url, address);
  // No certificate is for a host that nobody serves; what the gateway says to whoever goes on all the same is the question.
  const anyName = chosen.kind === "unserved" ? { checkServerIdentity: () => undefined } : {};
  return () => overTls(probe, url, address, { ca: mesh.authority.caPem, ...anyName });
}

function throughSidecar(
  mesh: RunningMesh,
  probe: Probe,
  url: URL,
  { service, version }: { readonly service: string; readonly version?: string | undefined },
): Send {
  const { ir, placement } = mesh.plan;
  const caller = ir.services.find(({ key }) => key === service);
  if (caller === undefined) throw new Error(`there is no service ${service}`);
  const proxy = proxyName(caller.id, version ?? versionsOf(caller)[0]);
  if (url.protocol !== "tcp:") return () => overAny(probe, url, placement.outboundHttp(proxy));
  const { to, port } = tcpCallee(mesh, url);
  // Its proxy listens for what it calls, and for nothing else.
  if (!caller.calls.some((edge) => edge.to === to && edge.port === port))
    return () => Promise.reject(new Error("the caller's proxy does not listen for it"));
  const address = placement.outboundTcp(proxy, clusterName({ service: to, port }));
  return () => overTcp(address);
}

/** An external service is asked for by its host. */
function tcpCallee(mesh: RunningMesh, url: URL): Pick<EdgeIr, "to" | "port"> {
  const external = mesh.plan.ir.externals.find(({ host }) => host === url.hostname);
  const outside = external?.ports.find(({ number }) => number === Number(url.port));
  if (external !== undefined && outside !== undefined) return { to: external.id, port: outside.name };
  const { service, port } = calleeOf(mesh, url);
  return { to: service.id, port };
}

/** Past every sidecar of a caller, at the callee's own. */
async function straight(mesh: RunningMesh, probe: Probe, url: URL, who: "stranger" | "plaintext"): Promise<Send> {
  const { service, port, isHttp } = calleeOf(mesh, url);
  const address = mesh.plan.placement.inbound(service.id, versionsOf(service)[0], port);
  if (who === "plaintext") return () => (isHttp ? overHttp(probe, url, address) : overTcp(address));
  const { certificatePem, keyPem } = await mesh.authority.issueWorkload(
    spiffeId(mesh.plan.ir.trustDomain, service.namespace, "stranger"),
  );
  const tls = { cert: certificatePem, key: keyPem, ca: mesh.authority.caPem, checkServerIdentity: () => undefined };
  if (isHttp) return () => answerOf(httpsRequest({ ...address, ...tls, ...messageOf(probe, url), agent: false }));
  return () => firstLine(tlsConnect({ ...address, ...tls }));
}

/** The service and port that an authority names. */
function calleeOf(
  mesh: RunningMesh,
  url: URL,
): { readonly service: ServiceIr; readonly port: string; readonly isHttp: boolean } {
  const service = findCallee(mesh.plan.ir, url.hostname);
  const port = service === undefined ? undefined : findPort(service, writtenPort(url.href));
  if (service === undefined || port === undefined) throw new Error(`there is no service ${url.host}`);
  return { service, port: port.name, isHttp: speaksHttp(port) };
}

// --- the protocols -------------------------------------------------------------------------------------------------

const overAny = (probe: Probe, url: URL, address: SocketAddress): Promise<Answer> =>
  probe.protocol === "grpc" ? overGrpc(probe, url, address) : overHttp(probe, url, address);

const messageOf = (probe: Probe, url: URL) => ({
  method: probe.method ?? "GET",
  path: rawPath(probe, url),
  headers: { host: url.host, ...probe.headers },
  timeout: PATIENCE,
});

/** As written: `URL` would have normalized what the proxies are asked to normalize. */
const rawPath = (probe: Probe, url: URL): string => {
  const afterAuthority = probe.url.slice(probe.url.indexOf("//") + 2);
  const slash = afterAuthority.indexOf("/");
  return slash === -1 ? url.pathname : afterAuthority.slice(slash);
};

const overHttp = (probe: Probe, url: URL, address: SocketAddress): Promise<Answer> =>
  answerOf(httpRequest({ ...address, ...messageOf(probe, url), agent: false }));

function answerOf(asked: ReturnType<typeof httpRequest>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.on("response", (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", reject);
    asked.end();
  });
}

type TlsOptions = Pick<ConnectionOptions, "ca" | "checkServerIdentity">;

const overTls = (probe: Probe, url: URL, address: SocketAddress, tls: TlsOptions): Promise<Answer> =>
  answerOf(httpsRequest({ ...address, ...tls, servername: url.hostname, ...messageOf(probe, url), agent: false }));

/** A unary call with an empty message; a `grpc-status` of zero reads as 200, any other as the HTTP status it stands for. */
function overGrpc(probe: Probe, url: URL, address: SocketAddress): Promise<Answer> {
  const session = http2Connect(`http://${address.host}:${address.port}`);
  return new Promise<Answer>((resolve, reject) => {
    session.on("error", reject);
    const headers = {
      ":method": "POST",
      ":path": rawPath(probe, url),
      ":authority": url.host,
      "content-type": "application/grpc",
      te: "trailers",
      ...probe.headers,
    };
    const stream = session.request(headers);
    stream.setTimeout(PATIENCE, () => reject(new Error("no answer")));
    const chunks: Buffer[] = [];
    let head: Record<string, unknown> = {};
    let trailers: Record<string, unknown> = {};
    stream.on("response", (received) => {
      head = received;
    });
    stream.on("trailers", (received) => {
      trailers = received;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => resolve(grpcAnswer(head, trailers, Buffer.concat(chunks))));
    stream.end(Buffer.alloc(5));
  }).finally(() => closeSession(session));
}

const closeSession = (session: ClientHttp2Session): void => session.destroy();

/** @source google.rpc.Code (googleapis, code.proto), the HTTP mapping of each code: by number, from OK on */
const HTTP_OF_GRPC = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

function grpcAnswer(head: Record<string, unknown>, trailers: Record<string, unknown>, body: Buffer): Answer {
  const grpcStatus = trailers["grpc-status"] ?? head["grpc-status"];
  const status = grpcStatus === undefined ? Number(head[":status"]) : (HTTP_OF_GRPC[Number(grpcStatus)] ?? 500);
  const text = body.toString("utf8");
  const start = text.indexOf("{");
  return {
    status,
    headers: { ...head, ...trailers } as Answer["headers"],
    body: start === -1 ? "" : text.slice(start),
  };
}

/** Speaks first: a proxy that expects TLS would wait for it in silence, and refuses at the first byte that is none. */
function overTcp(address: SocketAddress): Promise<Answer> {
  const socket = tcpConnect(address);
  socket.write("hello\n");
  return firstLine(socket);
}

/** The stand-in says who it is; a connection that ends before was refused. */
function firstLine(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let text = "";
    socket.setTimeout(PATIENCE, () => reject(new Error("no answer")));
    socket.on("data", (chunk) => {
      text += chunk.toString();
      if (!text.includes("\n")) return;
      socket.destroy();
      resolve({ status: 200, headers: {}, body: text.slice(0, text.indexOf("\n")) });
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection was closed without an answer")));
  });
}
