/** Timeouts: the caller's 504, and how long one try may take. */
import assert from "node:assert/strict";
import { defineMesh, grpc, http, listen, ms, path } from "meshwright";
import { liveMesh, probes, reportOf, request, shows } from "./live-mesh.ts";

// Each time is 10 ms above what is asked of the clock: a timer goes by a coarse clock and ends up to some milliseconds early.
const mesh = defineMesh({
  name: "waits",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["slow", "stream"] },
    slow: { ports: { http: http(9080) } },
    stream: { ports: { grpc: grpc(9000) } },
    site: { ports: { http: http(9080) } },
  },
  routes: {
    slow: {
      short: { when: path("/short").exactly(), timeout: ms(210), retries: { attempts: 0 } },
      tries: {
        when: path("/tries").exactly(),
        timeout: ms(5000),
        perTryTimeout: ms(210),
        retries: { attempts: 2, on: ["5xx"] },
      },
      whole: {
        when: path("/whole").exactly(),
        timeout: ms(310),
        perTryTimeout: ms(200),
        retries: { attempts: 5, on: ["5xx"] },
      },
      once: {
        when: path("/once").exactly(),
        timeout: ms(5000),
        perTryTimeout: ms(210),
        retries: { attempts: 0 },
      },
      patient: { when: path("/patient").exactly(), timeout: "none" },
    },
  },
  gateways: {
    edge: {
      listeners: { web: listen.http(80, { hosts: ["waits.example"] }) },
      routes: { all: { to: "site", timeout: ms(210) } },
    },
  },
});

liveMesh("timeouts", mesh, (live) => {
  const from = { service: "web" };
  const slowBy = (milliseconds: number) => ({ headers: { "x-echo-delay": String(milliseconds) } });

  probes(live, [
    {
      name: "answers in time",
      from,
      url: "http://slow:9080/short",
      ...slowBy(20),
      expect: { status: 200, service: "slow" },
    },
    {
      name: "the caller gets 504 once the timeout is over",
      shows: "timeouts.timeout",
      from,
      url: "http://slow:9080/short",
      ...slowBy(3000),
      expect: { status: 504, atLeast: 200 },
    },
    {
      name: "no other route has this timeout",
      from,
      url: "http://slow:9080/",
      ...slowBy(610),
      expect: { status: 200, service: "slow", atLeast: 600 },
    },
    {
      name: '"none" waits',
      shows: "timeouts.timeout",
      from,
      url: "http://slow:9080/patient",
      ...slowBy(610),
      expect: { status: 200, atLeast: 600 },
    },
    {
      name: "three tries that are too slow end in 504, long before the timeout",
      shows: "timeouts.perTryTimeout",
      from,
      url: "http://slow:9080/tries",
      ...slowBy(3000),
      expect: { status: 504, atLeast: 600 },
    },
    {
      name: "one try alone that is too slow ends in 504, too",
      shows: "timeouts.perTryTimeout",
      from,
      url: "http://slow:9080/once",
      ...slowBy(3000),
      expect: { status: 504, atLeast: 200 },
    },
    {
      name: "grpc has no timeout of its own",
      from,
      url: "http://stream:9000/s.S/M",
      protocol: "grpc",
      ...slowBy(610),
      expect: { status: 200, atLeast: 600 },
    },
    {
      name: "a gateway's route, too",
      shows: "timeouts.timeout",
      from: "outside",
      url: "http://waits.example/",
      ...slowBy(3000),
      expect: { status: 504, atLeast: 200 },
    },
  ]);

  shows("timeouts.timeout", "504 comes soon after the timeout", async () => {
    assert.ok((await request(live, "web", "http://slow:9080/short", slowBy(3000))).milliseconds < 1500);
  });

  shows("timeouts.perTryTimeout", "and the tries end soon after theirs", async () => {
    const { milliseconds } = await request(live, "web", "http://slow:9080/tries", slowBy(3000));
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
  });

  shows("timeouts.timeout", "retries are inside the timeout", async () => {
    const { status, milliseconds } = await request(live, "web", "http://slow:9080/whole", slowBy(3000));
    assert.equal(status, 504);
    assert.ok(milliseconds >= 300 && milliseconds < 1000, `${milliseconds} ms`);
  });

  it("the defaults are those of the model: 15 s, and none on grpc", async () => {
    const routes = (key: string) =>
      live()
        .plan.ir.services.find((one) => one.key === key)
        ?.routes.flatMap((table) => table.routes);
    assert.deepEqual(
      routes("stream")?.map(({ timeouts }) => timeouts.request),
      [null],
    );
    assert.equal(routes("slow")?.find(({ name }) => name === "otherwise")?.timeouts.request, 15_000);
  });

  it("no caller can change it by a header", async () => {
    const headers = {
      "x-envoy-upstream-rq-timeout-ms": "50",
      "x-envoy-expected-rq-timeout-ms": "50",
      ...slowBy(150).headers,
    };
    const seen = await request(live, "web", "http://slow:9080/short", { headers });
    assert.equal(seen.status, 200);
    assert.equal(reportOf(seen).headers["x-envoy-upstream-rq-timeout-ms"], undefined);
  });
});
