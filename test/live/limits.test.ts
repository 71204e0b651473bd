/**
 * Limits of proxies that anybody can reach. Those that only hours or a flood would meet are tried in miniature: another Envoy with
 * the same files, in which the figure, and nothing else, is a small one.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { cp, lstat, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect as http2Connect } from "node:http2";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { defineMesh, http, listen, seconds, secretRef } from "meshwright";
import type { SocketAddress } from "../../components/engines/envoy/placement.ts";
import { readStats } from "../../components/local/admin.ts";
import { freePorts } from "../../components/local/ports.ts";
import { type ProxyProcess, startProxy, untilReady } from "../../components/local/proxy-process.ts";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { liveMesh } from "./live-mesh.ts";
import { certificateOf, inboundOf, listenerOf, straight } from "./straight.ts";

const mesh = defineMesh({
  name: "limits",
  targets: ["envoy"],
  services: { site: { ports: { http: http(9080) } } },
  gateways: {
    edge: {
      listeners: {
        plain: listen.http(80, { hosts: ["open.example"] }),
        secure: listen.https(443, { hosts: ["shop.example"], certificate: secretRef("limits", "shop", "tls") }),
      },
      routes: { all: { to: "site", timeout: seconds(15), retries: { attempts: 2, on: ["5xx"] } } },
    },
  },
});

const host = "open.example";
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

liveMesh("limits", mesh, (live) => {
  const plain = () => listenerOf(live(), "edge", "plain");
  const secure = () => listenerOf(live(), "edge", "secure");

  // --- HTTP/2 --------------------------------------------------------------------------------------------------------

  it("a client of HTTP/2 has 100 streams at a time and small windows", async () => {
    const session = http2Connect("https://shop.example", {
      createConnection: () =>
        tlsConnect({ ...secure(), servername: "shop.example", ca: live().authority.caPem, ALPNProtocols: ["h2"] }),
    });
    await once(session, "remoteSettings");
    const { maxConcurrentStreams, initialWindowSize } = session.remoteSettings;
    assert.deepEqual([maxConcurrentStreams, initialWindowSize], [100, 65_536]);
    // What is more than the protocol's own 65,535 comes with a frame of its own.
    for (let tries = 0; tries < 100 && session.state.remoteWindowSize === 65_535; tries++) await wait(10);
    assert.equal(session.state.remoteWindowSize, 1_048_576);
    session.destroy();
  });

  for (const [where, address, tls] of [
    ["a gateway", secure, async () => ({ servername: "shop.example", ca: live().authority.caPem })],
    ["a sidecar", () => inboundOf(live(), "site"), () => certificateOf(live(), "site")],
  ] as const)
    it(`${where} agrees to HTTP/2 and to HTTP/1.1, by name`, async () => {
      for (const protocol of ["h2", "http/1.1"]) {
        const socket = tlsConnect({ ...address(), ...(await tls()), ALPNProtocols: [protocol] });
        await once(socket, "secureConnect");
        assert.equal(socket.alpnProtocol, protocol);
        socket.destroy();
      }
    });

  // --- buffers -------------------------------------------------------------------------------------------------------

  it("a gateway keeps no body above 32 KiB for another try", async () => {
    const put = (key: string, bytes: number) =>
      new Promise<string>((resolve) => {
        const socket = connect(plain(), () => {
          const headers = [`x-echo-key: limits.${process.pid}.${key}`, "x-echo-fail-first: 1", "x-echo-delay: 200"];
          const start = ["PUT / HTTP/1.1", `host: ${host}`, `content-length: ${bytes}`, ...headers];
          socket.write(`${start.join("\r\n")}\r\n\r\n${"x".repeat(bytes)}`);
        });
        socket.once("data", (chunk) => {
          resolve(chunk.toString().slice(9, 12));
          socket.destroy();
        });
        socket.on("error", (error) => resolve(error.message));
      });
    assert.equal(await put("small", 10_000), "200");
    assert.equal(await put("large", 200_000), "503");
  });

  // --- in miniature --------------------------------------------------------------------------------------------------

  it("a gateway ends a connection that nobody uses", async () => {
    await inMiniature("edge", [['"idle_timeout":"3600s"', '"idle_timeout":"0.3s"']], async (at) => {
      assert.ok(await isClosed(await opened(at(plain())), 3_000));
    });
  });

  it("a gateway gives a request so long to arrive and no longer", async () => {
    await inMiniature("edge", [['"request_timeout":"300s"', '"request_timeout":"0.5s"']], async (at) => {
      const socket = await opened(at(plain()));
      socket.write(`POST / HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 1000\r\n\r\n`);
      const drip = setInterval(() => socket.write("x"), 100);
      try {
        assert.match(await firstOf(socket), /^HTTP\/1\.1 408 /);
      } finally {
        clearInterval(drip);
        socket.destroy();
      }
    });
  });

  it("a gateway ends a request on which nothing moves", async () => {
    await inMiniature("edge", [['"stream_idle_timeout":"300s"', '"stream_idle_timeout":"0.5s"']], async (at) => {
      const headers = { host, "x-echo-delay": "4000" };
      assert.equal((await straight(at(plain()), { headers })).status, 504);
    });
  });

  it("a gateway that runs out of memory takes no more requests", async () => {
    await inMiniature("edge", [HEAP], async (at) => {
      for (let tries = 0; ; tries++) {
        const { status, body } = await straight(at(plain()), { headers: { host } });
        if (status === 503 && body === "envoy overloaded") return;
        assert.ok(tries < 100, `${status} ${body}`);
        await wait(50);
      }
    });
  });

  for (const [proxy, door] of [
    ["edge", plain],
    ["site", () => inboundOf(live(), "site")],
  ] as const)
    it(`a proxy takes so many connections and no more: ${proxy}`, async () => {
      await inMiniature(proxy, [CONNECTIONS], async (at) => {
        const sockets: Socket[] = [];
        for (let count = 0; count < 5; count++) sockets.push(await opened(at(door())));
        for (const socket of sockets.slice(3)) assert.ok(await isClosed(socket, 5_000));
        for (const socket of sockets.slice(0, 3)) assert.ok(!(await isClosed(socket, 50)));
        for (const socket of sockets) socket.destroy();
      });
    });

  it("a gateway gives back what it keeps in reserve when memory is short, and not before", async () => {
    const active = async (folder: string) =>
      (await readStats(folder, "shrink_heap")).get("overload.envoy.overload_actions.shrink_heap.active");
    for (const [edits, expected] of [
      [[OVERLOAD_STATS], "0"],
      [[OVERLOAD_STATS, HEAP], "1"],
    ] as const)
      await inMiniature("edge", edits, async (_, folder) => {
        // Envoy looks at its memory four times a second.
        await wait(600);
        assert.equal(await active(folder), expected);
      });
  });

  it("a sidecar has no limit of its own to its memory: the pod or the machine has", async () => {
    await inMiniature("site", [HEAP], async (at) => {
      await wait(600);
      const { certificatePem, keyPem } = await live().authority.issueWorkload(
        live().plan.ir.gateways[0]?.identity ?? "",
      );
      const tls = { cert: certificatePem, key: keyPem, rejectUnauthorized: false };
      assert.equal((await straight(at(inboundOf(live(), "site")), { tls })).status, 200);
    });
  });

  /** Another Envoy with a proxy's files but for these texts, in a folder of its own; `at` tells where it listens in the place of the other. */
  async function inMiniature(
    key: string,
    edits: readonly (readonly [from: string, to: string])[],
    test: (at: (address: SocketAddress) => SocketAddress, folder: string) => Promise<void>,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "mw-small-"));
    let proxy: ProxyProcess | undefined;
    try {
      const ports = await copied(proxyDirectory(live().directory, `limits/${key}`), folder, edits);
      proxy = startProxy(await envoyForTests(), folder);
      await untilReady(folder, proxy);
      await test((address) => ({ ...address, port: ports.get(address.port) ?? 0 }), folder);
    } finally {
      await proxy?.stop();
      await rm(folder, { recursive: true });
    }
  }
});

const HEAP = ['"max_heap_size_bytes":2147483648', '"max_heap_size_bytes":1048576'] as const;
const OVERLOAD_STATS = ['"patterns":[', '"patterns":[{"prefix":"overload."},'] as const;
const CONNECTIONS = ['"max_active_downstream_connections":50000', '"max_active_downstream_connections":3'] as const;

/** With listeners of its own: their ports, by those that they stand for. */
async function copied(
  from: string,
  to: string,
  edits: readonly (readonly [string, string])[],
): Promise<ReadonlyMap<number, number>> {
  await cp(from, to, { recursive: true, filter: async (path) => !(await lstat(path)).isSocket() });
  const edit = async (file: string, change: (text: string) => string) =>
    writeFile(join(to, file), change(await readFile(join(to, file), "utf8")));
  const small = (text: string) => edits.reduce((sum, [old, now]) => sum.replace(old, now), text);
  await edit("bootstrap.json", small);
  // The workload listens in the other's folder.
  await edit("cds.json", (text) => text.replace('"pipe":{"path":"', `"pipe":{"path":"${from}/`));
  const ports = new Map<number, number>();
  const listeners = await readFile(join(to, "lds.json"), "utf8");
  const old = [...new Set(Array.from(listeners.matchAll(/"port_value":(\d+)/g), ([, port]) => Number(port)))];
  for (const [index, port] of (await freePorts(old.length)).entries()) ports.set(old[index] ?? 0, port);
  await edit("lds.json", (text) =>
    small(text).replace(/"port_value":(\d+)/g, (_, port: string) => `"port_value":${ports.get(Number(port))}`),
  );
  return ports;
}

async function opened(address: SocketAddress): Promise<Socket> {
  const socket = connect(address);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function isClosed(socket: Socket, patience: number): Promise<boolean> {
  socket.resume();
  const closed = once(socket, "close").then(() => true);
  return socket.destroyed || Promise.race([closed, wait(patience).then(() => false)]);
}

const firstOf = async (socket: Socket): Promise<string> => String((await once(socket, "data"))[0]);
