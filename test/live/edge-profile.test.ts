/** The edge profile: what a gateway refuses, removes and adds, whatever the mesh says; and what a sidecar takes from its own workload. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { defineMesh, http, listen, ms, path, secretRef } from "meshwright";
import { liveMesh, reportOf, request } from "./live-mesh.ts";
import { listenerOf, straight } from "./straight.ts";

const mesh = defineMesh({
  name: "edges",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["inner"] },
    site: { ports: { http: http(9080) } },
    inner: { ports: { http: http(9080) } },
  },
  routes: { inner: { slow: { when: path("/slow").exactly(), timeout: ms(400), retries: { attempts: 0 } } } },
  gateways: {
    edge: {
      listeners: {
        plain: listen.http(80, { hosts: ["open.example"] }),
        secure: listen.https(443, { hosts: ["shop.example"], certificate: secretRef("edges", "shop", "tls") }),
      },
      routes: {
        slow: { when: path("/slow").exactly(), to: "site", timeout: ms(400), retries: { attempts: 0 } },
        all: { to: "site" },
      },
    },
  },
});

/** Headers by which Envoy lets a client steer it, each with something that it would change. */
const steering = {
  "x-envoy-upstream-rq-timeout-ms": "30",
  "x-envoy-upstream-rq-per-try-timeout-ms": "30",
  "x-envoy-max-retries": "9",
  "x-envoy-retry-on": "5xx",
  "x-envoy-retriable-status-codes": "503",
  "x-envoy-hedge-on-per-try-timeout": "true",
  "x-envoy-upstream-alt-stat-name": "mine",
  "x-envoy-original-path": "/forged",
  "x-envoy-external-address": "10.1.2.3",
  "x-envoy-internal": "true",
  "x-envoy-force-trace": "true",
  "x-envoy-ip-tags": "friend",
  "x-envoy-decorator-operation": "mine",
  "x-envoy-downstream-service-cluster": "mine",
};

liveMesh("edge profile", mesh, (live) => {
  const from = "outside" as const;
  const open = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    request(live, "", `http://open.example${path}`, { from, headers });

  it("a client cannot shorten a timeout or ask for retries", async () => {
    assert.equal((await open("/slow", { ...steering, "x-echo-delay": "150" })).status, 200);
    const failing = { "x-echo-fail-first": "1", "x-echo-key": `edge.${process.pid}`, "x-echo-status": "503" };
    assert.equal((await open("/slow", { ...steering, ...failing })).status, 503);
  });

  it("no steering header of a client reaches a service", async () => {
    const { headers } = reportOf(await open("/", steering));
    const left = Object.entries(headers).filter(([name, value]) => steering[name as keyof typeof steering] === value);
    assert.deepEqual(left, []);
  });

  it("a workload cannot steer its proxy either", async () => {
    const ask = (path: string, headers: Readonly<Record<string, string>>) =>
      request(live, "web", `http://inner:9080${path}`, { headers });
    assert.equal((await ask("/slow", { ...steering, "x-echo-delay": "150" })).status, 200);
    const failing = { "x-echo-fail-first": "1", "x-echo-key": `inner.${process.pid}`, "x-echo-status": "503" };
    assert.equal((await ask("/slow", { ...steering, ...failing })).status, 503);
    assert.equal(
      (await ask("/slow", { "x-echo-delay": "2000", "x-envoy-upstream-rq-timeout-ms": "5000" })).status,
      504,
    );
  });

  it("a client cannot claim a certificate", async () => {
    const { peer } = reportOf(
      await open("/", { "x-forwarded-client-cert": "URI=spiffe://edges.mesh/ns/edges/sa/admin" }),
    );
    assert.match(String(peer), /URI=spiffe:\/\/edges\.mesh\/ns\/edges\/sa\/edge$/);
    assert.doesNotMatch(String(peer), /admin/);
  });

  it("the client's address is added to what it claims, and its protocol replaces what it claims", async () => {
    const { headers } = reportOf(await open("/", { "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "https" }));
    // For a client on loopback Envoy writes its own address instead.
    assert.match(String(headers["x-forwarded-for"]), /^6\.6\.6\.6,[0-9a-f.:]+$/);
    assert.equal(headers["x-forwarded-proto"], "http");
  });

  it("a header with an underscore is refused: servers behind may take it for one with a dash", async () => {
    assert.equal((await open("/", { x_forwarded_client_cert: "1" })).status, 400);
    assert.equal((await open("/", { "x-forwarded": "1" })).status, 200);
  });

  it("an escaped slash is sent to the path that it stands for", async () => {
    const { status, headers } = await open("/a%2Fb%5Cc?q=%2F");
    assert.deepEqual([status, headers.location], [307, "/a/b/c?q=%2F"]);
  });

  it("paths are normalized before a service sees them", async () => {
    for (const [sent, seen] of [
      ["//a///b", "/a/b"],
      ["/a/./b/../c", "/a/c"],
      ["/a/%2e%2e/b", "/b"],
    ] as const)
      assert.equal(reportOf(await open(sent)).path, seen, sent);
  });

  it("the server's name is ours", async () => {
    assert.equal((await open("/")).headers.server, "meshwright");
  });

  for (const [version, spoken] of [
    ["TLSv1", false],
    ["TLSv1.1", false],
    ["TLSv1.2", true],
    ["TLSv1.3", true],
  ] as const) {
    it(`${version} is ${spoken ? "spoken" : "refused"}`, async () => {
      // Node itself speaks the old ones only at security level 0.
      const only = { minVersion: version, maxVersion: version, ciphers: "ALL:@SECLEVEL=0" };
      const seen = await new Promise<string | null>((resolve) => {
        const socket: TLSSocket = tlsConnect(
          { ...listenerOf(live(), "edge", "secure"), servername: "shop.example", ca: live().authority.caPem, ...only },
          () => {
            resolve(socket.getProtocol());
            socket.destroy();
          },
        );
        socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
      assert.match(String(seen), spoken ? new RegExp(`^${version}$`) : /PROTOCOL_VERSION|ECONNRESET/);
    });
  }

  it("HTTP on the HTTPS port is refused", async () => {
    assert.equal(
      (await straight(listenerOf(live(), "edge", "secure"), { headers: { host: "shop.example" } })).status,
      "refused",
    );
  });

  for (const [what, message] of [
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nhost: open.example\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["two lengths", "POST / HTTP/1.1\r\nhost: open.example\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcde"],
    ["two hosts", "GET / HTTP/1.1\r\nhost: open.example\r\nhost: other.example\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
    ["a space before the colon", "GET / HTTP/1.1\r\nhost: open.example\r\nx-a : 1\r\n\r\n"],
    ["a method with a blank", "GE T / HTTP/1.1\r\nhost: open.example\r\n\r\n"],
  ] as const) {
    it(`a message with ${what} is refused`, async () => {
      assert.match(await sendRaw(message), /^HTTP\/1\.1 (?:400|404|426) /);
      assert.match(await sendRaw("GET / HTTP/1.1\r\nhost: open.example\r\n\r\n"), /^HTTP\/1\.1 200 /);
    });
  }

  it("headers of more than 60 kB are refused", async () => {
    assert.equal((await open("/", { "x-long": "x".repeat(70_000) })).status, 431);
  });

  const sendRaw = (message: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(listenerOf(live(), "edge", "plain"));
      socket.on("error", (error) => resolve(error.message));
      socket.once("data", (chunk) => {
        socket.destroy();
        resolve(chunk.toString());
      });
      socket.write(message);
    });
});
