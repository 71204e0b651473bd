/** Access logs: which requests leave a line, what it says, and what it must never say. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { defineMesh, deny, http, listen, path, secretRef, tcp } from "meshwright";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import { liveMesh, request, shows } from "./live-mesh.ts";

const mesh = defineMesh({
  name: "logs",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["usual", "chatty", "silent", "store"], accessLogs: { requests: "none" } },
    caller: { ports: {}, calls: ["chatty", "rates"], accessLogs: { requests: "all" } },
    usual: { ports: { http: http(9080) }, access: { noAdmin: deny({ paths: [path("/admin").andBelow()] }) } },
    chatty: { ports: { http: http(9080) }, accessLogs: { requests: "all" } },
    silent: { ports: { http: http(9080) }, accessLogs: { requests: "none" } },
    store: { ports: { tcp: tcp(6379) }, accessLogs: { requests: "all" } },
  },
  externals: { rates: { host: "rates.example", ports: { https: http(443) } } },
  gateways: {
    edge: {
      listeners: {
        web: listen.http(80, { hosts: ["logs.example", "safe.example"] }),
        safe: listen.https(443, { hosts: ["safe.example"], certificate: secretRef("logs", "safe", "tls") }),
      },
      accessLogs: { requests: "all" },
      routes: { all: { to: "chatty" } },
    },
  },
});

type Line = Readonly<Record<string, unknown>>;

liveMesh("access logs", mesh, (live) => {
  let count = 0;
  /** A request that can be told from all others by its path. */
  const send = async (service: string, path: string, headers: Readonly<Record<string, string>> = {}) => {
    const unique = `${path}/${++count}`;
    const seen = await request(live, "web", `http://${service}:9080${unique}?token=secret`, {
      headers: { cookie: "session=secret", authorization: "secret", ...headers },
    });
    return { unique, status: seen.status };
  };

  const textOf = (proxy: string) => readFile(join(proxyDirectory(live().directory, proxy), "envoy.log"), "utf8");

  /** The lines of a proxy that `wanted` finds; Envoy writes them a moment after the answer. */
  async function linesOf(proxy: string, wanted: (line: Line) => boolean): Promise<readonly Line[]> {
    for (let tries = 0; ; tries++) {
      const lines = (await textOf(proxy))
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Line);
      const found = lines.filter(wanted);
      if (found.length > 0 || tries === 30) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const withPath = (path: string) => (line: Line) => line.path === path;

  shows(
    "accessLogs.requests",
    "all: a line for a request that went well, with who, what, where and how it ended",
    async () => {
      const { unique } = await send("chatty", "/fine", { "x-request-id": "0123-abc", "x-echo-delay": "20" });
      const [line, ...more] = await linesOf("logs/chatty", withPath(unique));
      assert.ok(line !== undefined && more.length === 0);
      const { time, milliseconds, sent, ...rest } = line;
      assert.deepEqual(rest, {
        caller: "spiffe://logs.mesh/ns/logs/sa/web",
        authority: "chatty:9080",
        method: "GET",
        path: unique,
        route: "workload",
        status: 200,
        details: "via_upstream",
        flags: "-",
        received: 0,
        upstream: "inbound/http",
        request: "0123-abc",
      });
      assert.ok(typeof milliseconds === "number" && milliseconds >= 20 && typeof sent === "number" && sent > 0);
      assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
    },
  );

  shows("accessLogs.requests", "errors, the default: failures and refusals, nothing else", async () => {
    const fine = await send("usual", "/fine");
    const notFound = await send("usual", "/lost", { "x-echo-status": "404" });
    const failed = await send("usual", "/failed", { "x-echo-status": "500" });
    const refused = await send("usual", "/admin");
    assert.deepEqual(
      [fine, notFound, failed, refused].map(({ status }) => status),
      [200, 404, 500, 403],
    );
    assert.equal((await linesOf("logs/usual", withPath(refused.unique)))[0]?.status, 403);
    assert.equal((await linesOf("logs/usual", withPath(failed.unique)))[0]?.status, 500);
    const text = await textOf("logs/usual");
    assert.ok(!text.includes(fine.unique) && !text.includes(notFound.unique));
  });

  shows("accessLogs.requests", "none: not even a failure", async () => {
    const silent = await send("silent", "/failed", { "x-echo-status": "500" });
    // The line of a later request is there, so this one's would be, too.
    const later = await send("chatty", "/later");
    assert.equal((await linesOf("logs/chatty", withPath(later.unique))).length, 1);
    assert.ok(!(await textOf("logs/silent")).includes(silent.unique));
    assert.ok(!(await textOf("logs/web")).includes(silent.unique));
  });

  shows("accessLogs.requests", "a gateway and a TCP port, too", async () => {
    await request(live, "", "http://logs.example/through-the-gateway?token=secret", { from: "outside" });
    assert.equal((await linesOf("logs/edge", withPath("/through-the-gateway")))[0]?.status, 200);
    await request(live, "web", "tcp://store:6379");
    assert.equal(
      (await linesOf("logs/store", (line) => line.caller === "spiffe://logs.mesh/ns/logs/sa/web")).length,
      1,
    );
  });

  it("the line of a caller names the service that was asked, and a server outside as one", async () => {
    await request(live, "caller", "http://chatty:9080/inside");
    await request(live, "caller", "http://rates.example/outside");
    const upstream = async (path: string) => (await linesOf("logs/caller", withPath(path)))[0]?.upstream;
    assert.deepEqual(await Promise.all(["/inside", "/outside"].map(upstream)), [
      "logs/chatty/http",
      "external:rates/https",
    ]);
  });

  it("a way to HTTPS has a name, too", async () => {
    await request(live, "", "http://safe.example/to-https", { from: "outside" });
    assert.equal((await linesOf("logs/edge", withPath("/to-https")))[0]?.route, "to-https");
  });

  it("no query, cookie or credential stands in any line", async () => {
    for (const proxy of live().plan.proxies) assert.ok(!(await textOf(proxy.name)).includes("secret"), proxy.name);
  });
});
