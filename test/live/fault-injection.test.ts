/** Faults: shares, only on their route, before timeouts and retries. */
import assert from "node:assert/strict";
import { defineMesh, header, http, listen, ms, path, percent } from "meshwright";
import { readStats } from "../../components/local/admin.ts";
import { proxyDirectory } from "../../components/local/run-plan.ts";
import { assertShare, liveMesh, probes, repeat, request, shows } from "./live-mesh.ts";

const on = (value: string) => header("x-case").is(value);

// Each delay is 10 ms above what is asked of the clock: a timer goes by a coarse clock and ends up to some milliseconds early.
const mesh = defineMesh({
  name: "faults",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["reviews", "calm"] },
    reviews: { ports: { http: http(9080) } },
    calm: { ports: { http: http(9080) } },
  },
  routes: {
    reviews: {
      all: { when: on("all"), fault: { abort: { status: 418 } } },
      half: {
        when: on("half"),
        retries: { attempts: 3, on: ["5xx"] },
        fault: { abort: { status: 503, percent: percent(50) } },
      },
      late: { when: on("late"), timeout: ms(150), fault: { delay: { for: ms(310) } } },
      sometimes: { when: on("sometimes"), fault: { delay: { for: ms(160), percent: percent(50) } } },
      both: { when: on("both"), fault: { delay: { for: ms(160) }, abort: { status: 429 } } },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["faults.example"] }) },
      routes: {
        broken: { when: path("/broken").exactly(), to: "calm", fault: { abort: { status: 502 } } },
        fine: { to: "calm" },
      },
    },
  },
});

liveMesh("fault injection", mesh, (live) => {
  const from = { service: "web" };
  const url = "http://reviews:9080/";
  const inCase = (value: string) => ({ headers: { "x-case": value } });

  probes(live, [
    {
      name: "aborts every request of its route",
      shows: "fault.abort",
      from,
      url,
      ...inCase("all"),
      times: 20,
      expect: { status: 418 },
    },
    {
      name: "delays, and a delay does not count against the timeout",
      shows: "fault.delay",
      from,
      url,
      ...inCase("late"),
      expect: { status: 200, service: "reviews", atLeast: 300 },
    },
    { name: "delays and then aborts", from, url, ...inCase("both"), expect: { status: 429, atLeast: 150 } },
    {
      name: "leaves requests of other routes alone",
      from,
      url,
      times: 40,
      expect: { status: 200, service: "reviews" },
    },
    {
      name: "leaves other services alone",
      from,
      url: "http://calm:9080/",
      ...inCase("all"),
      times: 40,
      expect: { status: 200, service: "calm" },
    },
    {
      name: "aborts at a gateway",
      shows: "fault.abort",
      from: "outside",
      url: "http://faults.example/broken",
      expect: { status: 502 },
    },
    {
      name: "only on the gateway's own route",
      from: "outside",
      url: "http://faults.example/",
      expect: { status: 200, service: "calm" },
    },
  ]);

  shows("fault.abort", "aborts half of the requests, and no abort is tried again", async () => {
    const retries = () => readStats(proxyDirectory(live().directory, "faults/web"), "reviews.*upstream_rq_retry$");
    const before = [...(await retries()).values()];
    const n = 400;
    const seen = await repeat(n, () => request(live, "web", url, inCase("half")));
    assertShare(seen.filter(({ status }) => status === 503).length, n, 0.5);
    assert.ok(seen.every(({ status }) => status === 503 || status === 200));
    assert.ok(before.length > 0, "the statistic is there");
    assert.deepEqual([...(await retries()).values()], before);
  });

  shows("fault.delay", "delays half of the requests", async () => {
    const n = 120;
    const seen = await repeat(n, () => request(live, "web", url, inCase("sometimes")));
    assertShare(seen.filter(({ milliseconds }) => milliseconds >= 150).length, n, 0.5);
  });

  it("does not hold back what it does not delay", async () => {
    const seen = await repeat(40, () => request(live, "web", url));
    assert.ok(seen.filter(({ milliseconds }) => milliseconds < 150).length >= 36);
  });
});
