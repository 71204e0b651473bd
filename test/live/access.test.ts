/** Access: who may call at all, and what callers may do; asked of the callee's own proxy as well as through the caller's. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { connect as tlsConnect } from "node:tls";
import {
  allow,
  callersIn,
  defineMesh,
  deny,
  header,
  http,
  listen,
  path,
  pathMatches,
  permissive,
  tcp,
} from "meshwright";
import type { Cell } from "./cells.ts";
import { type LiveProbe, liveMesh, probes, reportOf, request, shows } from "./live-mesh.ts";
import { certificateOf, inboundOf, straight } from "./straight.ts";

const mesh = defineMesh({
  name: "doors",
  targets: ["envoy"],
  services: {
    web: {
      ports: { http: http(80) },
      calls: ["plain", "api", "guarded", "several:http", "several:admin", "store:tcp", "soft"],
    },
    batch: {
      namespace: "jobs",
      ports: { http: http(80) },
      calls: ["api", "guarded", "several:http", "store:tcp", "store:http", "heads"],
    },
    nobody: { ports: { http: http(80) }, calls: ["heads"] },
    plain: { ports: { http: http(9080) } },
    api: {
      ports: { http: http(9080) },
      access: {
        readers: allow({
          from: ["web"],
          methods: ["GET", "head"],
          paths: [path("/read").andBelow(), path("/exact").exactly(), pathMatches("/n[0-9]+")],
        }),
        writers: allow({ from: ["web"], methods: ["POST"], paths: [path("/write").andBelow()] }),
        noAdmin: deny({ paths: [path("/read/admin").andBelow()] }),
        noJobs: deny({ from: [callersIn("jobs")], methods: ["DELETE"] }),
        fromOutside: allow({ from: ["edge"], methods: ["GET"] }),
      },
    },
    guarded: {
      ports: { http: http(9080) },
      access: { noAdmin: deny({ paths: [path("/admin").andBelow(), path("/one").exactly()] }) },
    },
    several: {
      ports: { http: http(9080), admin: http(9090) },
      access: {
        readOnly: allow({ port: "admin", methods: ["GET"], paths: [path("/").andBelow()] }),
        web: deny({ from: ["batch"], port: "http", paths: [path("/web").exactly()] }),
      },
    },
    store: {
      ports: { tcp: tcp(6379), http: http(9080) },
      access: { noJobs: deny({ from: [callersIn("jobs")], port: "tcp" }) },
    },
    vault: { ports: { tcp: tcp(6379) } },
    lobby: {
      ports: { open: tcp(1), closed: tcp(2) },
      mtls: permissive({ until: "2999-12-31" }),
      access: { nobody: deny({ port: "closed" }) },
    },
    heads: {
      ports: { http: http(9080) },
      access: {
        known: allow({
          headers: [header("x-a").is("1"), header("x-b").startsWith("ab"), header("x-c").matches("[0-9]+")],
        }),
        noTest: deny({ headers: [header("x-test").isPresent()] }),
      },
    },
    soft: {
      ports: { http: http(9080) },
      mtls: permissive({ until: "2999-12-31" }),
      access: { noAdmin: deny({ paths: [path("/admin").andBelow()] }) },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["doors.example"] }) },
      routes: { api: { to: "api" }, plain: { when: path("/plain").andBelow(), to: "plain" } },
    },
  },
});

/** How somebody may try to spell /admin/x past a rule that refuses it. */
const spellings = [
  "/admin",
  "/admin/",
  "/admin/x",
  "/admin?x",
  "//admin",
  "/admin//x",
  "/./admin",
  "/x/../admin",
  "/x/%2e%2e/admin",
  "/x/%2E%2E/admin/y",
  "/x/..//admin",
  "/%61dmin",
  "/%2Fadmin",
  "/admin%2Fx",
  "/admin%2fx",
  "/x%2F..%2Fadmin",
  "/x\\..\\admin",
  "/admin%5Cx",
  "/one",
  "/one?x",
  "/x/../one",
];

/** These are other paths, to the proxy and to the service alike. */
const others = ["/", "/ADMIN", "/adminx", "/x/admin", "/admin;x", "/%2561dmin", "/one/x"];

liveMesh("access", mesh, (live) => {
  const web = { service: "web" };
  const batch = { service: "batch" };
  const row = (
    from: "outside" | "stranger" | "plaintext" | { readonly service: string },
    method: string,
    url: string,
    status: number | "refused",
    cells: LiveProbe["shows"] = [],
  ): LiveProbe => ({
    name: `${typeof from === "string" ? from : from.service}: ${method} ${url} → ${status}`,
    from,
    method,
    url,
    shows: cells,
    expect: { status },
  });

  probes(live, [
    row(web, "GET", "http://plain:9080/any", 200),
    row(web, "DELETE", "http://plain:9080/any", 200),
    row("stranger", "GET", "http://plain:9080/any", 403),
    row(batch, "GET", "http://plain.doors:9080/any", 404),
    row("outside", "GET", "http://doors.example/plain", 200),
    // An allow narrows the callers that it names, and just those.
    row(web, "GET", "http://api:9080/read/x", 200, ["access.kind=allow", "access.paths", "access.methods"]),
    row(web, "HEAD", "http://api:9080/read/x", 200, "access.methods"),
    row(web, "GET", "http://api:9080/exact", 200, ["access.paths", "access.kind=path-exact", "access.path"]),
    row(web, "GET", "http://api:9080/exact/x", 403, ["access.kind=allow", "access.paths", "access.kind=path-exact"]),
    row(web, "GET", "http://api:9080/n12?q=1", 200, ["access.paths", "access.kind=path-regex", "access.regex"]),
    row(web, "GET", "http://api:9080/n12x", 403, ["access.paths", "access.kind=path-regex", "access.regex"]),
    row(web, "POST", "http://api:9080/read/x", 403, ["access.kind=allow", "access.methods"]),
    row(web, "POST", "http://api:9080/write", 200, ["access.kind=allow", "access.methods"]),
    row(web, "GET", "http://api:9080/write", 403, "access.methods"),
    row(web, "GET", "http://api:9080/other", 403, "access.paths"),
    row(batch, "GET", "http://api.doors:9080/other", 200, "access.from"),
    row(batch, "POST", "http://api.doors:9080/other", 200, "access.from"),
    // A deny is looked at first, and holds for everybody unless it names somebody.
    row(web, "GET", "http://api:9080/read/admin", 403, ["access.kind=deny", "access.kind=path-prefix", "access.path"]),
    row(batch, "GET", "http://api.doors:9080/read/admin/x", 403, "access.kind=deny"),
    row(batch, "DELETE", "http://api.doors:9080/other", 403, ["access.kind=deny", "access.from"]),
    row("outside", "GET", "http://doors.example/other", 200, "access.from"),
    row("outside", "POST", "http://doors.example/other", 403, "access.from"),
    // Rules of one port.
    row(web, "GET", "http://several:9090/", 200, "access.port"),
    row(web, "GET", "http://several:9090/below/all", 200, ["access.paths", "access.path"]),
    row(web, "POST", "http://several:9090/", 403, "access.port"),
    row(web, "POST", "http://several:9080/", 200, "access.port"),
    row(web, "GET", "http://several:9080/web", 200, "access.from"),
    row(batch, "GET", "http://several.doors:9080/web", 403, "access.port"),
    // Permissive: plaintext has no identity and is let in, but not past a deny.
    row("plaintext", "GET", "http://soft:9080/", 200),
    row("plaintext", "GET", "http://soft:9080/admin", 403, "access.kind=deny"),
    row("stranger", "GET", "http://soft:9080/", 403),
  ]);

  const heads = (
    title: string,
    headers: Readonly<Record<string, string>>,
    status: number,
    cells: readonly Cell[],
  ): LiveProbe => ({
    name: `headers: ${title} → ${status}`,
    shows: ["access.headers", ...cells],
    from: { service: "nobody" },
    url: "http://heads:9080/",
    headers,
    expect: { status },
  });
  const right = { "x-a": "1", "x-b": "abc", "x-c": "12" };
  probes(live, [
    heads("all hold", right, 200, ["access.name", "access.value"]),
    heads("none is there", {}, 403, ["access.name"]),
    heads("another value", { ...right, "x-a": "11" }, 403, ["access.kind=header-exact", "access.value"]),
    heads("another prefix", { ...right, "x-b": "xab" }, 403, ["access.kind=header-prefix", "access.value"]),
    heads("no match of the regex", { ...right, "x-c": "12a" }, 403, ["access.kind=header-regex", "access.regex"]),
    heads("a denied one beside them", { ...right, "x-test": "" }, 403, ["access.kind=header-present"]),
  ]);

  for (const spelling of [...spellings, ...others]) {
    const status = spellings.includes(spelling) ? 403 : 200;
    shows("access.paths", `${spelling} is ${status === 403 ? "refused" : "another path"}`, async () => {
      const tls = await certificateOf(live(), "web");
      const past = await straight(inboundOf(live(), "guarded"), { tls, path: spelling, headers: { host: "guarded" } });
      assert.equal(past.status, status, `past the caller's proxy: ${past.body}`);
      const { status: through, body } = await request(live, "web", `http://guarded:9080${spelling}`);
      assert.equal(through, status, "through the caller's proxy");
      if (status === 200) assert.equal(reportOf({ body }).path, spelling);
    });
  }

  it("a caller of the mesh that declares no call is refused by the callee, whatever its proxy does", async () => {
    const seen = await straight(inboundOf(live(), "plain"), { tls: await certificateOf(live(), "nobody") });
    assert.equal(seen.status, 403);
    assert.equal((await straight(inboundOf(live(), "plain"), { tls: await certificateOf(live(), "web") })).status, 200);
  });

  it("and so is one that declares only another port", async () => {
    const tls = await certificateOf(live(), "batch");
    assert.equal((await straight(inboundOf(live(), "several", "admin"), { tls })).status, 403);
    assert.equal((await straight(inboundOf(live(), "several", "http"), { tls })).status, 200);
  });

  /** What the server says to this caller before it is asked anything. */
  const line = async (key: string, server = "store") =>
    new Promise<string>((resolve) => {
      void certificateOf(live(), key).then((tls) => {
        const socket = tlsConnect({ ...inboundOf(live(), server, "tcp"), ...tls });
        socket.on("error", () => {});
        socket.once("close", () => resolve("closed"));
        socket.once("data", (chunk) => {
          socket.destroy();
          resolve(JSON.parse(chunk.toString()).service);
        });
      });
    });

  probes(live, [
    row(web, "connect", "tcp://store:6379", 200, "access.port"),
    row(batch, "connect", "tcp://store:6379", "refused", ["access.port", "access.kind=deny", "access.from"]),
    row("stranger", "connect", "tcp://store:6379", "refused"),
  ]);

  shows(["access.port", "access.from"], "a TCP port admits by identity", async () => {
    assert.deepEqual([await line("web"), await line("batch"), await line("nobody")], ["store", "closed", "closed"]);
  });

  it("a rule of a TCP port denies who comes without TLS, too", async () => {
    // Longer than what Envoy waits for to tell TLS from anything else.
    const said = "something in plain words";
    const echoes = (port: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(inboundOf(live(), "lobby", port), () => socket.write(said));
        socket.on("data", (chunk) => {
          if (!chunk.includes(said)) return;
          socket.destroy();
          resolve(true);
        });
        socket.on("error", () => {});
        socket.once("close", () => resolve(false));
      });
    assert.deepEqual([await echoes("open"), await echoes("closed")], [true, false]);
  });

  it("a TCP port that nobody calls tells nobody anything", async () => {
    assert.equal(await line("web", "vault"), "closed");
  });
});
