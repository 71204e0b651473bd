/** The stand-ins as a sidecar and a test see them: real sockets, real HTTP/2, gRPC framing and TLS, and the process that hosts them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders, Server } from "node:http";
import { createServer, request } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { request as requestHttps } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { createAuthority } from "../../../components/local/certificates.ts";
import { freePorts } from "../../../components/local/ports.ts";
import type { Workloads } from "../../../components/local/workload.ts";
import { startWorkloads, workloadArguments } from "../../../components/local/workload.ts";
import type { CallSpec, PortSpec, WorkloadSpec } from "../../../components/local/workload-spec.ts";

interface Called {
  readonly [field: string]: unknown;
  readonly calls?: readonly Called[];
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** A report; compared field by field. */
  readonly body: Called & {
    readonly error: string;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly calls: readonly Called[];
  };
}

describe("workloads", () => {
  let root = "";
  let running: Workloads | undefined;
  const cleanUp: (() => void)[] = [];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "mw-"));
  });
  afterEach(async () => {
    await running?.close();
    running = undefined;
    for (const step of cleanUp.splice(0)) step();
    await rm(root, { recursive: true });
  });

  const socketOf = (id: string) => join(root, `${id}.sock`);

  function workload(service: string, version: string | null, more: Partial<WorkloadSpec> = {}): WorkloadSpec {
    const id = version === null ? service : `${service}-${version}`;
    const identity = `spiffe://shop.local/ns/shop/sa/${service}`;
    return { id, service, version, identity, ports: [httpPort(id)], calls: [], ...more };
  }

  function httpPort(id: string, more: Partial<PortSpec> = {}): PortSpec {
    return { name: "http", protocol: "http", listen: { path: socketOf(id) }, ...more };
  }

  async function start(...workloads: WorkloadSpec[]): Promise<void> {
    running = await startWorkloads({ workloads, externals: [] });
  }

  /** What a sidecar does for outbound calls, without Envoy: forwards by authority to the socket of a stand-in. */
  async function outbound(): Promise<CallSpec["via"]> {
    const proxy: Server = createServer((incoming, outgoing) => {
      const socketPath = socketOf((incoming.headers.host ?? "").replace(".shop", ""));
      const options = { socketPath, path: incoming.url, method: incoming.method, headers: incoming.headers };
      const forwarded = request(options, (response) => {
        outgoing.writeHead(response.statusCode ?? 0, response.headers);
        response.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.writeHead(503).end("no healthy upstream"));
      incoming.pipe(forwarded);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    cleanUp.push(() => proxy.close());
    return { host: "127.0.0.1", port: (proxy.address() as AddressInfo).port };
  }

  describe("http", () => {
    it("reports who answered and what arrived", async () => {
      await start(workload("reviews", "v1"));
      const headers = { host: "reviews.shop", "x-many": ["a", "b"], "x-forwarded-client-cert": "By=x;URI=y" };
      const reply = await get(socketOf("reviews-v1"), headers, "/a?b=c", "PUT");
      assert.equal(reply.status, 200);
      assert.equal(reply.headers["x-workload"], "reviews-v1");
      const { headers: seen, ...rest } = reply.body;
      assert.deepEqual(rest, {
        service: "reviews",
        version: "v1",
        identity: "spiffe://shop.local/ns/shop/sa/reviews",
        method: "PUT",
        authority: "reviews.shop",
        path: "/a?b=c",
        peer: "By=x;URI=y",
        calls: [],
      });
      assert.deepEqual(seen["x-many"], ["a", "b"]);
      assert.equal(seen.host, "reviews.shop");
    });

    it("answers the status that the header asks for, also one without a body", async () => {
      await start(workload("reviews", null));
      const ask = (status: string) => get(socketOf("reviews"), { "x-echo-status": status });
      assert.equal((await ask("503")).status, 503);
      assert.equal((await ask("503")).body.service, "reviews");
      const { status, headers, body } = await ask("204");
      assert.deepEqual([status, headers["content-length"], body], [204, undefined, undefined]);
    });

    it("is never steered by path or query", async () => {
      await start(workload("reviews", null));
      const path = "/x-echo-status/503?x-echo-status=503&x-echo-call=all&x-echo-delay=60000";
      const reply = await get(socketOf("reviews"), {}, path);
      assert.deepEqual([reply.status, reply.body.peer], [200, null]);
    });

    it("fails the first requests of a key, counted over all versions of the service", async () => {
      await start(workload("reviews", "v1"), workload("reviews", "v2"), workload("web", null));
      const ask = async (id: string, key: string, more = {}) =>
        (await get(socketOf(id), { "x-echo-fail-first": "2", "x-echo-key": key, ...more })).status;
      assert.equal(await ask("reviews-v1", "a"), 503);
      assert.equal(await ask("reviews-v2", "a"), 503);
      assert.equal(await ask("reviews-v1", "a"), 200);
      assert.equal(await ask("reviews-v1", "b", { "x-echo-status": "500" }), 500);
      assert.equal(await ask("web", "a"), 503);
    });

    it("waits as long as asked, and outlives a client that does not", async () => {
      await start(workload("reviews", null));
      const started = performance.now();
      await get(socketOf("reviews"), { "x-echo-delay": "150" });
      assert.ok(performance.now() - started >= 149);
      const impatient = request({ socketPath: socketOf("reviews"), headers: { "x-echo-delay": "100" } });
      impatient.on("error", () => {});
      impatient.end();
      await sleep(50);
      impatient.destroy();
      await sleep(100);
      assert.equal((await get(socketOf("reviews"), {})).status, 200);
    });

    it("acts only at the services that x-echo-at names", async () => {
      await start(workload("reviews", null), workload("web", null));
      const headers = { "x-echo-status": "503", "x-echo-at": "ratings, reviews" };
      assert.equal((await get(socketOf("reviews"), headers)).status, 503);
      assert.equal((await get(socketOf("web"), headers)).status, 200);
    });

    it("refuses headers it cannot read", async () => {
      await start(workload("reviews", null));
      const wrong = [
        { "x-echo-status": "199" },
        { "x-echo-status": "600" },
        { "x-echo-delay": "1s" },
        { "x-echo-delay": "60001" },
        { "x-echo-depth": "-1" },
        { "x-echo-fail-first": "2" },
      ];
      for (const headers of wrong) {
        const reply = await get(socketOf("reviews"), headers);
        assert.equal(reply.status, 400);
        assert.match(reply.body.error, new RegExp(Object.keys(headers)[0] ?? ""));
      }
    });

    it("keeps an idle connection, so that a proxy can reuse it", async function () {
      this.timeout(10_000);
      await start(workload("reviews", null));
      const socket = connect(socketOf("reviews"));
      const ask = () => socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      ask();
      await once(socket, "data");
      // Node's own limit is 5 s and one more of grace.
      await sleep(6_500);
      ask();
      await once(socket, "data");
      socket.destroy();
    });
  });

  describe("calls", () => {
    async function startShop(): Promise<void> {
      const via = await outbound();
      const call = (name: string): CallSpec => ({ name: `${name}.shop`, protocol: "http", via });
      await start(
        workload("web", null, { calls: [call("reviews"), call("absent")] }),
        workload("reviews", null, { calls: [call("ratings")] }),
        workload("ratings", null, { calls: [call("reviews")] }),
      );
    }

    it("calls nobody unless asked", async () => {
      await startShop();
      assert.deepEqual((await get(socketOf("web"), {})).body.calls, []);
    });

    it("calls the declared callees one level deep and reports each answer", async () => {
      await startShop();
      const { status, body } = await get(socketOf("web"), { "x-echo-call": "all" });
      assert.equal(status, 200);
      assert.deepEqual(body.calls, [
        { name: "reviews.shop", status: 200, service: "reviews", version: null },
        { name: "absent.shop", status: 503, service: null, version: null, error: "no healthy upstream" },
      ]);
    });

    it("calls those that are named and says which name is not declared", async () => {
      await startShop();
      const { body } = await get(socketOf("web"), { "x-echo-call": "reviews.shop, ratings.shop" });
      assert.deepEqual(body.calls, [
        { name: "reviews.shop", status: 200, service: "reviews", version: null },
        { name: "ratings.shop", status: null, service: null, version: null, error: "not a declared call" },
      ]);
    });

    it("lets the callees call as long as the depth lasts", async () => {
      await startShop();
      const { body } = await get(socketOf("web"), { "x-echo-call": "all", "x-echo-depth": "1" });
      assert.deepEqual(body.calls[0]?.calls, [
        { name: "ratings.shop", status: 200, service: "ratings", version: null },
      ]);
    });

    it("shows the failure of a callee without failing itself", async () => {
      await startShop();
      const headers = { "x-echo-call": "reviews.shop", "x-echo-status": "503", "x-echo-at": "reviews" };
      const { status, body } = await get(socketOf("web"), headers);
      assert.deepEqual([status, body.calls[0]?.status, body.calls[0]?.service], [200, 503, "reviews"]);
    });

    it("passes on what belongs to a trace, a session or a demo, and nothing else", async () => {
      const seen: IncomingHttpHeaders[] = [];
      const callee = createServer((incoming, outgoing) => {
        seen.push(incoming.headers);
        outgoing.end("{}");
      });
      callee.listen(0, "127.0.0.1");
      await once(callee, "listening");
      cleanUp.push(() => callee.close());
      const via = { host: "127.0.0.1", port: (callee.address() as AddressInfo).port };
      await start(workload("web", null, { calls: [{ name: "any.shop:8080", protocol: "http", via }] }));
      const passed = {
        "x-request-id": "r",
        traceparent: "00-a-b-01",
        cookie: "c=d; e=f",
        "end-user": "jason",
        "x-demo-user": "u",
        "x-echo-delay": "1",
      };
      const kept = { authorization: "secret", "x-other": "o", accept: "*/*" };
      await get(socketOf("web"), { ...passed, ...kept, "x-echo-call": "all" });
      assert.deepEqual(seen, [{ ...passed, host: "any.shop:8080", connection: "close" }]);
    });

    it("reports a sidecar that is not there", async () => {
      const [port = 0] = await freePorts(1);
      const via = { host: "127.0.0.1", port };
      await start(workload("web", null, { calls: [{ name: "any.shop", protocol: "http", via }] }));
      const { status, body } = await get(socketOf("web"), { "x-echo-call": "all" });
      assert.deepEqual([status, body.calls[0]?.error], [200, "ECONNREFUSED"]);
    });
  });

  describe("http2 and grpc", () => {
    it("answers the same report over HTTP/2 without TLS", async () => {
      await start(workload("reviews", "v1", { ports: [httpPort("reviews-v1", { protocol: "http2" })] }));
      const reply = await getHttp2(socketOf("reviews-v1"), {
        ":path": "/p",
        ":authority": "reviews.shop",
        "x-echo-status": "418",
      });
      assert.equal(reply.headers[":status"], 418);
      assert.equal(reply.headers["x-workload"], "reviews-v1");
      const report = JSON.parse(reply.body.toString());
      assert.deepEqual([report.service, report.authority, report.path], ["reviews", "reviews.shop", "/p"]);
      assert.ok(Object.keys(report.headers).every((name) => !name.startsWith(":")));
    });

    it("answers a unary gRPC call with one message and the status as a trailer", async () => {
      await start(workload("cart", null, { ports: [httpPort("cart", { protocol: "grpc" })] }));
      const reply = await callGrpc(socketOf("cart"), {});
      assert.equal(reply.headers[":status"], 200);
      assert.equal(reply.trailers["grpc-status"], "0");
      const report = JSON.parse(decodeOnlyMessage(reply.body));
      assert.deepEqual([report.service, report.path], ["cart", "/shop.Cart/Get"]);
    });

    it("maps a steered status to the one of gRPC, without a message", async () => {
      await start(workload("cart", null, { ports: [httpPort("cart", { protocol: "grpc" })] }));
      for (const [status, expected] of [
        ["503", "14"],
        ["403", "7"],
        ["500", "13"],
        ["418", "2"],
      ] as const) {
        const reply = await callGrpc(socketOf("cart"), { "x-echo-status": status });
        assert.deepEqual([reply.headers["grpc-status"], reply.body.length], [expected, 0]);
      }
    });

    it("answers a plain request on a gRPC port with the report", async () => {
      await start(workload("cart", null, { ports: [httpPort("cart", { protocol: "grpc" })] }));
      const reply = await getHttp2(socketOf("cart"), { ":path": "/" });
      assert.equal(JSON.parse(reply.body.toString()).service, "cart");
    });

    it("outlives streams that are reset, in the middle of a body and while it waits", async () => {
      await start(workload("cart", null, { ports: [httpPort("cart", { protocol: "grpc" })] }));
      const session = connectHttp2("http://cart.shop", { createConnection: () => connect(socketOf("cart")) });
      const headers = {
        ":method": "POST",
        ":path": "/",
        "content-type": "application/grpc",
        "x-echo-delay": "50",
      };
      const [unfinished, waiting] = [session.request(headers), session.request(headers)];
      for (const stream of [unfinished, waiting]) stream.on("error", () => {});
      unfinished.write("half");
      waiting.end();
      await sleep(20);
      for (const stream of [unfinished, waiting]) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      await sleep(80);
      session.destroy();
      assert.equal((await getHttp2(socketOf("cart"), { ":path": "/" })).headers[":status"], 200);
    });
  });

  describe("tcp and tls", () => {
    const line = `${JSON.stringify({ service: "db", version: null, identity: "spiffe://shop.local/ns/shop/sa/db" })}\n`;

    it("tcp introduces itself and echoes, also after the client has finished sending", async () => {
      await start(workload("db", null, { ports: [httpPort("db", { protocol: "tcp" })] }));
      const socket = connect({ path: socketOf("db"), allowHalfOpen: true });
      socket.end("one\ntwo\n");
      assert.equal(await readAll(socket), `${line}one\ntwo\n`);
    });

    it("tcp outlives clients that leave while it echoes", async () => {
      await start(workload("db", null, { ports: [httpPort("db", { protocol: "tcp" })] }));
      for (let round = 0; round < 20; round++) {
        const socket = connect(socketOf("db"));
        socket.on("error", () => {});
        // It reads nothing, so that the echo is still on its way when it leaves.
        socket.write(Buffer.alloc(1 << 20));
        await sleep(5);
        socket.destroy();
      }
      assert.equal(await readAll(connect(socketOf("db")).end()), line);
    });

    it("tls does the same for a client with a certificate, and not for one without", async () => {
      const authority = await createAuthority({ trustDomain: "shop.local" });
      const server = await authority.issueServer(["db.shop"]);
      const client = await authority.issueWorkload("spiffe://shop.local/ns/shop/sa/web");
      const files = await writeFiles(root, {
        ca: authority.caPem,
        cert: server.certificatePem,
        key: server.keyPem,
      });
      const port = { protocol: "tls", caFile: files.ca, certFile: files.cert, keyFile: files.key } as const;
      await start(workload("db", null, { ports: [httpPort("db", port)] }));
      const open = (more: object) =>
        connectTls({ path: socketOf("db"), servername: "db.shop", ca: authority.caPem, ...more });
      const socket = open({ cert: client.certificatePem, key: client.keyPem });
      socket.end("hello\n");
      assert.equal(await readAll(socket), `${line}hello\n`);
      await assert.rejects(readAll(open({})), /alert|certificate required|ECONNRESET/);
    });

    it("calls over tcp and tls and reports who introduced itself", async () => {
      const authority = await createAuthority({ trustDomain: "shop.local" });
      const server = await authority.issueServer(["vault.shop"]);
      const files = await writeFiles(root, {
        ca: authority.caPem,
        cert: server.certificatePem,
        key: server.keyPem,
      });
      const [db, vault] = [await relay(socketOf("db")), await relay(socketOf("vault"))];
      const tls = { protocol: "tls", certFile: files.cert, keyFile: files.key } as const;
      await start(
        workload("db", "v3", { ports: [httpPort("db", { protocol: "tcp" })] }),
        workload("vault", null, { ports: [httpPort("vault", tls)] }),
        workload("web", null, {
          calls: [
            { name: "db.shop", protocol: "tcp", via: db },
            { name: "vault.shop:443", protocol: "tls", via: vault, caFile: files.ca },
            { name: "other.shop", protocol: "tls", via: vault, caFile: files.ca },
          ],
        }),
      );
      const { body } = await get(socketOf("web"), { "x-echo-call": "all" });
      assert.deepEqual(body.calls[0], { name: "db.shop", status: 200, service: "db", version: "v3" });
      assert.deepEqual(body.calls[1], {
        name: "vault.shop:443",
        status: 200,
        service: "vault",
        version: null,
      });
      assert.equal(body.calls[2]?.error, "ERR_TLS_CERT_ALTNAME_INVALID");
    });

    /** A raw relay from a port to a socket, in place of a sidecar. */
    async function relay(socketPath: string): Promise<CallSpec["via"]> {
      const { createServer: createTcpServer } = await import("node:net");
      const server = createTcpServer((incoming) => {
        const outgoing = connect(socketPath);
        for (const socket of [incoming, outgoing]) socket.on("error", () => {});
        incoming.pipe(outgoing).pipe(incoming);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      cleanUp.push(() => server.close());
      return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
    }
  });

  describe("externals", () => {
    it("answer over HTTPS for their host, in HTTP/1.1 and HTTP/2", async () => {
      const authority = await createAuthority({ trustDomain: "shop.local" });
      const issued = await authority.issueServer(["api.pay.test"]);
      const files = await writeFiles(root, { cert: issued.certificatePem, key: issued.keyPem });
      const [port = 0] = await freePorts(1);
      const external = { host: "api.pay.test", port, certFile: files.cert ?? "", keyFile: files.key ?? "" };
      running = await startWorkloads({ workloads: [], externals: [external] });
      const tls = { host: "127.0.0.1", port, servername: "api.pay.test", ca: authority.caPem };
      const one = JSON.parse(await getHttps({ ...tls, path: "/charge", headers: { "x-a": "b" } }));
      assert.deepEqual([one.external, one.path, one.headers["x-a"]], ["api.pay.test", "/charge", "b"]);
      const session = connectHttp2(`https://127.0.0.1:${port}`, tls);
      const two = JSON.parse((await readStream(session.request({ ":path": "/two" }))).toString());
      session.close();
      assert.deepEqual([two.external, two.path], ["api.pay.test", "/two"]);
    });
  });

  describe("closing and failing", () => {
    it("close ends connections and answers nobody any more", async () => {
      await start(workload("reviews", null));
      const idle = connect(socketOf("reviews"));
      await once(idle, "connect");
      await running?.close();
      running = undefined;
      idle.resume();
      if (!idle.closed) await once(idle, "close");
      await assert.rejects(get(socketOf("reviews"), {}), /ENOENT|ECONNREFUSED/);
    });

    it("opens nothing when one port cannot be opened", async () => {
      const broken = workload("b", null, { ports: [httpPort("x".repeat(120))] });
      await assert.rejects(start(workload("reviews", null), broken), /longer than 103 bytes/);
      await assert.rejects(get(socketOf("reviews"), {}), /ENOENT|ECONNREFUSED/);
    });

    it("says which port lacks a certificate", async () => {
      const spec = workload("db", null, { ports: [httpPort("db", { name: "pg", protocol: "tls" })] });
      await assert.rejects(start(spec), /port pg: tls needs a certificate and a key/);
    });
  });

  describe("the process", () => {
    /** What `workload-process.ts` does: a list as a line, an answer when it is served. */
    async function serve(child: ReturnType<typeof spawnProgram>, ...workloads: readonly unknown[]): Promise<void> {
      child.stdin.write(`${JSON.stringify({ workloads, externals: [] })}\n`);
      const [answer] = (await once(child.stdout, "data")) as [Buffer];
      assert.equal(answer.toString(), "ready\n");
    }

    function spawnProgram() {
      const child = spawn(process.execPath, workloadArguments(), { stdio: ["pipe", "pipe", "pipe"] });
      cleanUp.push(() => child.kill("SIGKILL"));
      return child;
    }

    it("serves list after list and ends when its stdin closes", async () => {
      await mkdir(root, { recursive: true });
      const child = spawnProgram();
      await serve(child, workload("reviews", "v1"));
      assert.equal((await get(socketOf("reviews-v1"), {})).body.version, "v1");
      await serve(child, workload("reviews", "v2"));
      assert.equal((await get(socketOf("reviews-v2"), {})).body.version, "v2");
      await assert.rejects(get(socketOf("reviews-v1"), {}), /ENOENT|ECONNREFUSED/);
      child.stdin.end();
      assert.deepEqual(await once(child, "exit"), [0, null]);
    });

    it("ends on SIGTERM", async () => {
      await mkdir(root, { recursive: true });
      const child = spawnProgram();
      await serve(child, workload("reviews", "v1"));
      child.kill("SIGTERM");
      assert.deepEqual(await once(child, "exit"), [0, null]);
    });
  });
});

function get(
  socketPath: string,
  headers: Record<string, string | string[]>,
  path = "/",
  method = "GET",
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, method, headers: { host: "test", ...headers } }, (response) => {
      readStream(response).then((bytes) => {
        const body = bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      }, reject);
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

function getHttps(options: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = requestHttps({ ...options, agent: false }, (response) => {
      readStream(response).then((bytes) => resolve(bytes.toString()), reject);
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

async function getHttp2(socketPath: string, headers: Record<string, string>, body?: Buffer) {
  const session = connectHttp2("http://reviews.shop", { createConnection: () => connect(socketPath) });
  const stream = session.request({ ":method": body === undefined ? "GET" : "POST", ...headers });
  const received = { headers: {} as Record<string, unknown>, trailers: {} as Record<string, unknown> };
  stream.once("response", (values) => (received.headers = values));
  stream.once("trailers", (values) => (received.trailers = values));
  stream.end(body);
  const bytes = await readStream(stream);
  session.close();
  return { ...received, body: bytes };
}

function callGrpc(socketPath: string, headers: Record<string, string>) {
  const call = { ":path": "/shop.Cart/Get", "content-type": "application/grpc", te: "trailers", ...headers };
  return getHttp2(socketPath, call, Buffer.from([0, 0, 0, 0, 0]));
}

/** Reads the framing and the protobuf field by hand; both must fill the bytes exactly. */
function decodeOnlyMessage(bytes: Buffer): string {
  assert.deepEqual([bytes[0], bytes.readUInt32BE(1)], [0, bytes.length - 5]);
  assert.equal(bytes[5], 0x0a);
  let [length, shift, at] = [0, 0, 6];
  for (let more = true; more; at++, shift += 7) {
    length |= ((bytes[at] ?? 0) & 0x7f) << shift;
    more = ((bytes[at] ?? 0) & 0x80) !== 0;
  }
  assert.equal(at + length, bytes.length);
  return bytes.subarray(at).toString();
}

async function readStream(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function readAll(socket: Socket): Promise<string> {
  return (await readStream(socket as AsyncIterable<Buffer>)).toString();
}

async function writeFiles<Name extends string>(
  folder: string,
  files: Record<Name, string>,
): Promise<Record<Name, string>> {
  const entries = (Object.entries(files) as [Name, string][]).map(async ([name, text]) => {
    const path = join(folder, `${name}.pem`);
    await writeFile(path, text);
    return [name, path] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<Name, string>;
}
