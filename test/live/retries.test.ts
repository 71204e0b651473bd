/** Retries: which failures are tried again, of which requests, how often and when. */
import assert from "node:assert/strict";
import { defineMesh, grpc, http, listen, ms, path } from "meshwright";
import type { SocketAddress } from "../../components/engines/envoy/placement.ts";
import { readStats } from "../../components/local/admin.ts";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import { liveMesh, probes, request, shows } from "./live-mesh.ts";
import { inboundOf, straight } from "./straight.ts";

const at = (name: string) => ({ when: path(`/${name}`).andBelow() });

const mesh = defineMesh({
  name: "again",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["flaky", "calls", "plain", "gone"] },
    flaky: { ports: { http: http(9080) } },
    calls: { ports: { grpc: grpc(9000) } },
    plain: { ports: { http: http(9080) } },
    gone: { ports: { http: http(9080) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    flaky: {
      two: { ...at("two"), retries: { attempts: 2, on: ["5xx"] } },
      five: { ...at("five"), retries: { attempts: 5, on: ["5xx"], backOff: { base: ms(1), max: ms(2) } } },
      never: { ...at("never"), retries: { attempts: 0 } },
      gateway: { ...at("gateway"), retries: { on: ["gateway-error"] } },
      conflict: { ...at("conflict"), retries: { on: ["retriable-4xx"] } },
      statuses: { ...at("statuses"), retries: { statuses: [418, 429] } },
      posts: { ...at("posts"), retries: { on: ["5xx"], methods: ["POST", "patch"] } },
      slow: { ...at("slow"), retries: { attempts: 3, on: ["5xx"], backOff: { base: ms(400), max: ms(400) } } },
    },
    calls: {
      default: { retries: { attempts: 2 } },
      cancelled: { when: path("/s.Cancelled").andBelow(), retries: { on: ["cancelled"] } },
      internal: { when: path("/s.Internal").andBelow(), retries: { on: ["internal"] } },
      exhausted: { when: path("/s.Exhausted").andBelow(), retries: { on: ["resource-exhausted"] } },
      deadline: { when: path("/s.Deadline").andBelow(), retries: { on: ["deadline-exceeded"] } },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["again.example"] }) },
      routes: { all: { to: "site", retries: { attempts: 1, on: ["5xx"] } } },
    },
  },
});

async function untilNobodyListens(address: SocketAddress): Promise<void> {
  while (!(await straight(address)).body.includes("ECONNREFUSED"))
    await new Promise((resolve) => setTimeout(resolve, 10));
}

liveMesh("retries", mesh, (live) => {
  const from = { service: "web" };
  let key = 0;
  /** The first `times` tries of this one request fail. */
  const failing = (times: number, status = 503) => ({
    headers: {
      "x-echo-fail-first": String(times),
      "x-echo-status": String(status),
      "x-echo-key": `${process.pid}.${key++}`,
    },
  });
  const url = (path: string) => `http://flaky:9080/${path}`;
  const rpc = (path: string) => ({ from, url: `http://calls:9000/${path}`, protocol: "grpc" as const });

  probes(live, [
    {
      name: "two failures and two further tries: 200",
      shows: ["retries.attempts", "retries.on"],
      from,
      url: url("two"),
      ...failing(2),
      expect: { status: 200, service: "flaky" },
    },
    {
      name: "three failures and two further tries: 503",
      shows: "retries.attempts",
      from,
      url: url("two"),
      ...failing(3),
      expect: { status: 503 },
    },
    {
      name: "five failures and five further tries: 200",
      shows: ["retries.attempts", "retries.backOff"],
      from,
      url: url("five"),
      ...failing(5),
      expect: { status: 200 },
    },
    {
      name: "attempts: 0 tries once",
      shows: "retries.attempts",
      from,
      url: url("never"),
      ...failing(1),
      expect: { status: 503 },
    },
    {
      name: "by default an answer is an answer, also 503",
      from,
      url: "http://plain:9080/",
      ...failing(1),
      expect: { status: 503 },
    },
    {
      name: "a POST is not repeated by default",
      from,
      method: "POST",
      url: url("two"),
      ...failing(1),
      expect: { status: 503 },
    },
    { name: "a PUT is", from, method: "PUT", url: url("two"), ...failing(1), expect: { status: 200 } },
    {
      name: "a POST is where the route says so",
      shows: "retries.methods",
      from,
      method: "POST",
      url: url("posts"),
      ...failing(1),
      expect: { status: 200 },
    },
    {
      name: "whatever the case in which the route writes it",
      shows: "retries.methods",
      from,
      method: "PATCH",
      url: url("posts"),
      ...failing(1),
      expect: { status: 200 },
    },
    {
      name: "and then nothing else is",
      shows: "retries.methods",
      from,
      url: url("posts"),
      ...failing(1),
      expect: { status: 503 },
    },
    {
      name: "gateway-error: 502 is tried again",
      shows: "retries.on",
      from,
      url: url("gateway"),
      ...failing(2, 502),
      expect: { status: 200 },
    },
    {
      name: "gateway-error: 500 is not",
      shows: "retries.on",
      from,
      url: url("gateway"),
      ...failing(1, 500),
      expect: { status: 500 },
    },
    {
      name: "retriable-4xx: 409 is tried again",
      shows: "retries.on",
      from,
      url: url("conflict"),
      ...failing(2, 409),
      expect: { status: 200 },
    },
    {
      name: "retriable-4xx: 404 is not",
      shows: "retries.on",
      from,
      url: url("conflict"),
      ...failing(1, 404),
      expect: { status: 404 },
    },
    {
      name: "statuses: one of them is tried again",
      shows: "retries.statuses",
      from,
      url: url("statuses"),
      ...failing(2, 429),
      expect: { status: 200 },
    },
    {
      name: "statuses: the other, too",
      shows: "retries.statuses",
      from,
      url: url("statuses"),
      ...failing(2, 418),
      expect: { status: 200 },
    },
    {
      name: "statuses: another is not",
      shows: "retries.statuses",
      from,
      url: url("statuses"),
      ...failing(1, 503),
      expect: { status: 503 },
    },
    { name: "grpc: unavailable is tried again by default", ...rpc("s.S/M"), ...failing(2), expect: { status: 200 } },
    { name: "grpc: internal is not", ...rpc("s.S/M"), ...failing(1, 500), expect: { status: 500 } },
    {
      name: "grpc: internal is where the route says so",
      shows: "retries.on",
      ...rpc("s.Internal/M"),
      ...failing(2, 500),
      expect: { status: 200 },
    },
    {
      name: "grpc: and then unavailable is not",
      shows: "retries.on",
      ...rpc("s.Internal/M"),
      ...failing(1),
      expect: { status: 503 },
    },
    {
      name: "grpc: cancelled",
      shows: "retries.on",
      ...rpc("s.Cancelled/M"),
      ...failing(2, 499),
      expect: { status: 200 },
    },
    {
      name: "grpc: deadline-exceeded",
      shows: "retries.on",
      ...rpc("s.Deadline/M"),
      ...failing(2, 504),
      expect: { status: 200 },
    },
    {
      name: "grpc: resource-exhausted",
      shows: "retries.on",
      ...rpc("s.Exhausted/M"),
      ...failing(2, 429),
      expect: { status: 200 },
    },
    {
      name: "a gateway tries again",
      shows: "retries.attempts",
      from: "outside",
      url: "http://again.example/",
      ...failing(1),
      expect: { status: 200 },
    },
    {
      name: "and only so often",
      shows: "retries.attempts",
      from: "outside",
      url: "http://again.example/",
      ...failing(2),
      expect: { status: 503 },
    },
  ]);

  shows("retries.backOff", "waits between tries", async () => {
    // Each wait is drawn evenly between 0 and 400 ms: nine waits sum up to less than 600 ms in one of 3,000 right runs.
    const seen = await Promise.all([0, 1, 2].map(() => request(live, "web", url("slow"), failing(3))));
    assert.deepEqual(
      seen.map(({ status }) => status),
      [200, 200, 200],
    );
    const waited = seen.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    assert.ok(waited >= 600, `${waited} ms in nine waits`);
  });

  it("connect-failure: a request, also a POST, is tried again where nobody listens", async () => {
    const running = live();
    const retries = async () => {
      const stats = await readStats(
        proxyDirectory(running.directory, "again/web"),
        "again/gone/http.upstream_rq_retry$",
      );
      return Number([...stats.values()][0]);
    };
    const send = () => request(live, "web", "http://gone:9080/", { method: "POST" });
    assert.equal((await send()).status, 200);
    const before = await retries();
    process.kill(running.pids.get("again/gone") as number, "SIGKILL");
    await untilNobodyListens(inboundOf(running, "gone"));
    assert.equal((await send()).status, 503);
    assert.equal((await retries()) - before, 2);
  });

  it("as many retries at a time as there are requests", async () => {
    const seen = await Promise.all(
      Array.from({ length: 60 }, () =>
        request(live, "web", url("two"), { ...failing(1), headers: { ...failing(1).headers, "x-echo-delay": "50" } }),
      ),
    );
    assert.deepEqual([...new Set(seen.map(({ status }) => status))], [200]);
  });
});
