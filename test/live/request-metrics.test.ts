/** Request metrics: what a proxy counts, that it counts little else, and that it stops where told to. */
import assert from "node:assert/strict";
import { defineMesh, http, listen, tcp } from "meshwright";
import { proxyName } from "../../components/engines/envoy/names.ts";
import { liveMesh, repeat, request, shows } from "./live-mesh.ts";
import { straight } from "./straight.ts";

const mesh = defineMesh({
  name: "count",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "store"] },
    quiet: { ports: { http: http(80) }, calls: ["reviews", "store"], metrics: { requests: false, connections: false } },
    half: { ports: { http: http(80) }, calls: ["reviews", "store"], metrics: { connections: false } },
    wires: { ports: { http: http(80) }, calls: ["reviews", "store"], metrics: { requests: false } },
    reviews: { ports: { http: http(9080) }, versions: ["v1", "v2"] },
    store: { ports: { tcp: tcp(6379) } },
    site: { ports: { http: http(9080) } },
  },
  routes: { reviews: { one: { to: "v2" } } },
  gateways: {
    edge: { listeners: { web: listen.http(80, { hosts: ["count.example"] }) }, routes: { all: { to: "site" } } },
  },
});

type Series = { readonly name: string; readonly labels: string; readonly value: number };

liveMesh("request metrics", mesh, (live) => {
  const ask = (proxy: string, path = "/metrics", method = "GET") =>
    straight(live().plan.placement.metrics(proxy), { path, method });

  async function series(key: string): Promise<readonly Series[]> {
    const id = [...live().plan.ir.services, ...live().plan.ir.gateways].find((one) => one.key === key)?.id;
    const { status, body } = await ask(id === undefined ? key : proxyName(id));
    assert.equal(status, 200);
    return body.split("\n").flatMap((line) => {
      const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return name === "" ? [] : [{ name, labels, value: Number(value) }];
    });
  }

  const total = (all: readonly Series[], name: string, ...labels: readonly string[]) =>
    all
      .filter((one) => one.name === name && labels.every((label) => one.labels.includes(label)))
      .reduce((sum, { value }) => sum + value, 0);

  before(async () => {
    for (const caller of ["web", "quiet", "half", "wires"]) {
      await repeat(10, () => request(live, caller, "http://reviews:9080/"));
      await repeat(3, () => request(live, caller, "http://reviews:9080/", { headers: { "x-echo-status": "500" } }));
      await request(live, caller, "tcp://store:6379");
    }
    await repeat(5, () => request(live, "", "http://count.example/", { from: "outside" }));
  });

  const reviews = "count/reviews/http/v2";

  shows("metrics.requests", "counts requests by called service and version, and by status", async () => {
    const all = await series("web");
    assert.equal(total(all, "envoy_cluster_upstream_rq_total", reviews), 13);
    assert.equal(total(all, "envoy_cluster_upstream_rq_total", "count/reviews/http/v1"), 0);
    assert.equal(total(all, "envoy_cluster_upstream_rq", reviews, 'envoy_response_code="200"'), 10);
    assert.equal(total(all, "envoy_cluster_upstream_rq", reviews, 'envoy_response_code="500"'), 3);
  });

  shows("metrics.requests", "and their durations", async () => {
    // Envoy adds durations up every 5 s.
    const counted = async () => total(await series("web"), "envoy_cluster_upstream_rq_time_count", reviews);
    for (let tries = 0; tries < 70 && (await counted()) < 13; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await counted(), 13);
  });

  shows("metrics.requests", "what a proxy itself received, a gateway's, too", async () => {
    assert.equal(total(await series("count/reviews/v2"), "envoy_http_downstream_rq_completed", "inbound"), 52);
    assert.equal(total(await series("edge"), "envoy_cluster_upstream_rq_total", "count/site/http"), 5);
  });

  shows("metrics.connections", "counts connections and bytes of ports that do not speak HTTP", async () => {
    const all = await series("web");
    assert.equal(total(all, "envoy_cluster_upstream_cx_total", "count/store/tcp"), 1);
    assert.ok(total(all, "envoy_cluster_upstream_cx_rx_bytes_total", "count/store/tcp") > 0);
  });

  it("keeps few series", async () => {
    for (const key of ["web", "edge", "count/reviews/v2"]) {
      const all = new Set(
        (await series(key)).map(({ name, labels }) => `${name} ${labels.replace(/,?le="[^"]*"/, "")}`),
      );
      assert.ok(all.size > 5 && all.size < 200, `${key}: ${all.size}`);
    }
  });

  const countsRequests = async (key: string) =>
    (await series(key)).some(({ name }) => /_rq_(?:total|time|completed)|_rq$|_rq_xx$/.test(name));
  // A listener's connections are there for the runner, which ends a proxy when its callers have left.
  const countsConnections = async (key: string) =>
    (await series(key)).some(({ name }) => name.includes("_cx_") && !name.startsWith("envoy_listener_"));

  shows(["metrics.requests", "metrics.connections"], "counts only what it is asked to", async () => {
    const counted = async (key: string) => [await countsRequests(key), await countsConnections(key)];
    assert.deepEqual(await counted("web"), [true, true]);
    assert.deepEqual(await counted("half"), [true, false]);
    assert.deepEqual(await counted("wires"), [false, true]);
    assert.deepEqual(await counted("quiet"), [false, false]);
  });

  it("shows nothing else of the admin interface", async () => {
    for (const path of [
      "/",
      "/config_dump",
      "/stats",
      "/stats/prometheus",
      "/metrics/../config_dump",
      "/metrics/x",
      "/quitquitquit",
    ])
      assert.equal((await ask("count/web", path)).status, 404, path);
    assert.equal((await ask("count/web", "/metrics", "POST")).status, 404);
    const { body } = await ask("count/web", "/metrics?format=json&filter=.*");
    assert.match(body, /^# TYPE envoy_/m);
  });
});
