/** Gateways: hosts, HTTPS and its certificates, the way to it from HTTP, and how requests go on into the mesh. */
import assert from "node:assert/strict";
import { type ClientHttp2Session, connect as http2Connect } from "node:http2";
import { connect as tlsConnect } from "node:tls";
import { allow, defineMesh, header, http, listen, path, secretRef, toService } from "meshwright";
import { testMesh } from "meshwright/testing/live";
import { freePorts } from "../../components/local/ports.ts";
import { liveMesh, probes, reportOf, request, shows } from "./live-mesh.ts";
import { listenerOf } from "./straight.ts";

const certificate = secretRef("gates", "edge", "tls");
const [wished = 0] = await freePorts(1);

const mesh = defineMesh({
  name: "gates",
  targets: ["envoy"],
  services: {
    site: { ports: { http: http(9080) }, access: { onlyShop: allow({ from: ["shop"], methods: ["GET"] }) } },
    back: { ports: { http: http(9080) } },
    named: { ports: { http: http(9080) } },
  },
  gateways: {
    shop: {
      namespace: "edges",
      name: "shop-front",
      serviceAccount: "front-door",
      listeners: {
        plain: listen.http(80, { hosts: ["shop.example", "more.example", "open.example"] }),
        secure: listen.https(443, { hosts: ["shop.example"], certificate }),
        other: listen.https(wished, { hosts: ["other.example", "more.example"], certificate }),
      },
      routes: {
        all: { to: "site" },
        back: { when: path("/back").andBelow(), to: "back" },
        beta: { when: header("x-beta").is("1"), to: "back" },
        own: { hosts: ["other.example"], when: path("/own").exactly(), respond: { status: 200, body: "own" } },
      },
    },
    second: {
      listeners: { plain: listen.http(81, { hosts: ["second.example"] }) },
      routes: { all: { when: path("/x").andBelow(), to: "named" } },
    },
  },
});

liveMesh("gateways", mesh, (live) => {
  const from = "outside";

  probes(live, [
    {
      name: "HTTP",
      shows: "listeners.kind=http",
      from,
      url: "http://open.example/x",
      expect: { status: 200, service: "site", path: "/x" },
    },
    {
      name: "HTTPS",
      shows: "listeners.kind=https",
      from,
      url: "https://shop.example/x",
      expect: { status: 200, service: "site", path: "/x" },
    },
    {
      name: "the host with a port is the same host",
      from,
      url: "https://shop.example:443/x",
      expect: { status: 200, service: "site" },
    },
    {
      name: "a host in another case is the same host",
      from,
      url: "https://shop.example/x",
      headers: { host: "SHOP.Example" },
      expect: { status: 200, service: "site" },
    },
    {
      name: "a host with a final dot is the same host",
      from,
      url: "http://open.example/x",
      headers: { host: "open.example." },
      expect: { status: 200, service: "site" },
    },
    {
      name: "a host that is not served",
      shows: "listeners.hosts",
      from,
      url: "http://nobody.example/x",
      expect: { status: 404 },
    },
    {
      name: "a host of another listener",
      shows: "listeners.hosts",
      from,
      url: "https://shop.example/x",
      headers: { host: "other.example" },
      expect: { status: 404 },
    },
    {
      name: "a route by path",
      shows: "gateways.routes",
      from,
      url: "https://shop.example/back/x",
      expect: { status: 200, service: "back" },
    },
    {
      name: "a route by header",
      shows: "gateways.routes",
      from,
      url: "https://shop.example/",
      headers: { "x-beta": "1" },
      expect: { status: 200, service: "back" },
    },
    {
      name: "a route of one host",
      shows: "gateways.routes",
      from,
      url: "https://other.example/own",
      expect: { status: 200, headers: { "content-type": "text/plain" } },
    },
    {
      name: "not of the others",
      shows: "gateways.routes",
      from,
      url: "https://more.example/own",
      expect: { status: 200, service: "site", path: "/own" },
    },
    {
      name: "what no route matches",
      shows: "gateways.routes",
      from,
      url: "http://second.example/y",
      expect: { status: 404 },
    },
    {
      name: "a second gateway",
      shows: "gateways.listeners",
      from,
      url: "http://second.example/x",
      expect: { status: 200, service: "named" },
    },
    {
      name: "the service still decides: this gateway may GET",
      shows: "gateways.name",
      from,
      url: "https://shop.example/",
      method: "GET",
      expect: { status: 200 },
    },
    { name: "and not POST", from, url: "https://shop.example/", method: "POST", expect: { status: 403 } },
  ]);

  for (const [host, listener] of [
    ["shop.example", "secure"],
    ["more.example", "other"],
  ] as const)
    it(`HTTP for a host that is served with TLS leads to the port where it is, with path and query: ${host}`, async () => {
      const { status, headers } = await request(live, "", `http://${host}/x/y?q=1`, { from });
      assert.deepEqual(
        [status, headers.location],
        [301, `https://${host}:${listenerOf(live(), "shop", listener).port}/x/y?q=1`],
      );
    });

  shows("listeners.port", "listens on the port that was asked for, where that is free", async () => {
    assert.equal(listenerOf(live(), "shop", "other").port, wished);
    assert.equal((await request(live, "", "https://other.example/", { from })).status, 200);
  });

  shows("listeners.certificate", "shows a certificate for the hosts of the listener, and for no others", async () => {
    assert.equal((await certificateShown("secure", "shop.example")).subjectaltname, "DNS:shop.example");
    assert.equal(
      (await certificateShown("other", "other.example")).subjectaltname,
      "DNS:more.example, DNS:other.example",
    );
  });

  shows(
    ["gateways.namespace", "gateways.name", "gateways.serviceAccount"],
    "calls with an identity of its own",
    async () => {
      const { peer } = reportOf(await request(live, "", "https://shop.example/", { from }));
      assert.match(String(peer), /URI=spiffe:\/\/gates\.mesh\/ns\/edges\/sa\/front-door$/);
      assert.ok(live().plan.proxies.some(({ name }) => name === "edges/shop-front"));
      const plain = reportOf(await request(live, "", "http://second.example/x", { from }));
      assert.match(String(plain.peer), /URI=spiffe:\/\/gates\.mesh\/ns\/gates\/sa\/second$/);
    },
  );

  it("the service learns that the client came by HTTPS or HTTP, and from where", async () => {
    for (const [url, protocol] of [
      ["https://shop.example/", "https"],
      ["http://open.example/", "http"],
    ] as const) {
      const { headers } = reportOf(await request(live, "", url, { from }));
      assert.equal(headers["x-forwarded-proto"], protocol);
      // For a client on loopback Envoy writes its own address instead.
      assert.match(String(headers["x-forwarded-for"]), /^[0-9a-f.:]+$/);
    }
  });

  shows("listeners.kind=https", "speaks HTTP/2 to those who can", async () => {
    const { port } = listenerOf(live(), "shop", "secure");
    const session = http2Connect(`https://127.0.0.1:${port}`, {
      ca: live().authority.caPem,
      servername: "shop.example",
    });
    assert.equal(await statusOf(session, "shop.example"), 200);
  });

  it("the host of a request decides, whatever name its TLS handshake was for", async () => {
    const asked = async (url: string, host: string) =>
      (await request(live, "", url, { from, headers: { host } })).status;
    assert.equal(await asked("https://more.example/own", "other.example"), 200);
    assert.equal(await asked("https://other.example/own", "shop.example"), 404);
    const { port } = listenerOf(live(), "shop", "secure");
    const stranger = { ca: live().authority.caPem, servername: "nobody.example", checkServerIdentity: () => undefined };
    const session = http2Connect(`https://127.0.0.1:${port}`, stranger);
    assert.equal(await statusOf(session, "shop.example"), 200);
  });

  const certificateShown = (listener: string, servername: string) =>
    new Promise<{ readonly subjectaltname?: string | undefined }>((resolve, reject) => {
      const socket = tlsConnect(
        { ...listenerOf(live(), "shop", listener), servername, ca: live().authority.caPem },
        () => {
          resolve(socket.getPeerCertificate());
          socket.destroy();
        },
      );
      socket.on("error", reject);
    });
});

/** What a host answers to whoever has this connection, which ends with it. */
function statusOf(session: ClientHttp2Session, authority: string): Promise<unknown> {
  return new Promise<unknown>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({ ":authority": authority, ":path": "/" });
    stream.on("response", (headers) => resolve(headers[":status"])).on("error", reject);
    stream.resume().end();
  }).finally(() => session.destroy());
}

const doors = defineMesh({
  name: "doors",
  targets: ["envoy"],
  services: { web: { ports: { http: http(80) }, versions: ["v1", "v2"] } },
  gateways: {
    edge: {
      listeners: { a: listen.http(9180, { hosts: ["one.example"] }) },
      routes: { all: { to: toService("web", { v1: 1 }) } },
    },
    inner: {
      listeners: {
        a: listen.http(9185, { hosts: ["one.example", "two.example"] }),
        b: listen.https(9143, { hosts: ["two.example"], certificate }),
        c: listen.http(9186, { hosts: ["one.example"] }),
      },
      routes: { all: { to: toService("web", { v2: 1 }) } },
    },
  },
});

liveMesh("gateways that serve one host", doors, (live) => {
  const answeredBy = (version: string) => ({ status: 200, service: "web", version }) as const;

  probes(live, [
    { name: "port of edge", from: "outside", url: "http://one.example:9180/", expect: answeredBy("v1") },
    { name: "port of inner", from: "outside", url: "http://one.example:9185/", expect: answeredBy("v2") },
    { name: "gateway by name", from: { gateway: "edge" }, url: "http://one.example/", expect: answeredBy("v1") },
    {
      name: "listener by name",
      from: { gateway: "inner", listener: "c" },
      url: "http://one.example/",
      expect: answeredBy("v2"),
    },
    { name: "a redirect to HTTPS", from: "outside", url: "http://two.example:9185/", expect: { status: 301 } },
    { name: "a host of another listener", from: "outside", url: "http://two.example:9186/", expect: { status: 404 } },
  ]);

  it("is not asked at random", async () => {
    await assert.rejects(request(live, "", "http://one.example/", { from: "outside" }), /several listeners/);
  });

  it("are told apart by tests, too", async () => {
    const tested = testMesh(doors, { against: "local" });
    await tested.start();
    try {
      await tested.outside("edge").get("http://one.example/").reaches("web", "v1");
      await tested.outside().get("http://one.example:9185/").reaches("web", "v2");
      await tested.outside().get("http://two.example:9186/").hasNoRoute();
    } finally {
      await tested.stop();
    }
  });
});
