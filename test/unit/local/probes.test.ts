/** Probes are read as a user's program exports them, and compared with the mesh before anything is sent. */
import assert from "node:assert/strict";
import { checkProbes } from "../../../components/local/check-probes.ts";
import type { Probe } from "../../../components/local/probe.ts";
import { readProbes } from "../../../components/local/read-probes.ts";
import { runProbeBy } from "../../../components/local/run-probes.ts";
import { meshOf } from "../simulate/asking.ts";

const http = (number: number) => ({ kind: "http", number });
const door = (port: number) => ({
  listeners: { plain: { kind: "http", port, hosts: ["shop.example.com"] } },
  routes: { all: { to: "web:http" } },
});
const ir = meshOf({
  services: {
    web: { ports: { http: http(80) }, versions: ["v1", "v2"], calls: ["far", "db", "two:a", "pay"] },
    far: { namespace: "batch", ports: { http: http(8080) } },
    db: { ports: { data: { kind: "tcp", number: 5432 } } },
    two: { ports: { a: http(8001), b: http(8002) } },
  },
  externals: { pay: { host: "pay.example.com", ports: { https: http(443) } } },
  gateways: { edge: door(8080), inner: door(8085) },
});

const probe: Probe = { name: "x", from: { service: "web" }, url: "http://far.batch/", expect: { status: 200 } };

const wrong = (exported: unknown) => {
  const read = readProbes(exported);
  return read.kind === "read" ? [] : read.diagnostics.map(({ code, path }) => [code, path.join(".")]);
};

/** Code, place below the probe, and the nearest name. */
const told = (changed: Partial<Probe>) =>
  checkProbes([{ ...probe, ...changed }], ir).map(({ code, path, args }) => [
    code,
    path.slice(2).join("."),
    args.nearest ?? "",
  ]);

describe("probes of a mesh file", () => {
  it("are read as they are, and a file need not have any", () => {
    assert.deepEqual(readProbes(undefined), { kind: "read", probes: [] });
    const full = { ...probe, environment: "dev", protocol: "grpc", method: "POST", headers: { a: "1" }, times: 3 };
    const expect = { status: "refused", service: "far", version: "v1", headers: {}, path: "/", shares: { v1: 1 } };
    const probes = [probe, { ...full, expect: { ...expect, atLeast: 1.5 } }, { ...probe, from: { gateway: "edge" } }];
    assert.deepEqual(readProbes(probes), { kind: "read", probes });
  });

  it("are refused where they are none, each mistake at its place", () => {
    for (const none of [5, null, "x", {}]) assert.deepEqual(wrong(none), [["MW1001", "probes"]]);
    assert.deepEqual(wrong([5]), [["MW1001", "probes.0"]]);
    assert.deepEqual(wrong([{ ...probe, from: "outsid" }]), [["MW5050", "probes.0.from"]]);
    assert.deepEqual(wrong([{ ...probe, from: 5 }]), [["MW1001", "probes.0.from"]]);
    assert.deepEqual(wrong([{ ...probe, from: { servce: "web" } }]), [
      ["MW1002", "probes.0.from.servce"],
      ["MW1003", "probes.0.from.service"],
    ]);
    for (const url of ["x", "ftp://web/", "http://", "http:///x", 5])
      assert.deepEqual(wrong([{ ...probe, url }]), [["MW1001", "probes.0.url"]], String(url));
    for (const status of ["refsed", 99, 1000, "200"])
      assert.deepEqual(wrong([{ ...probe, expect: { status } }]), [["MW1001", "probes.0.expect.status"]]);
    assert.deepEqual(wrong([{ name: "x" }]).length, 3);
    assert.deepEqual(wrong([{ ...probe, expects: {} }]), [["MW1002", "probes.0.expects"]]);
  });

  it("may name what the mesh has, and ask for a host that nobody has where 404 is expected", () => {
    const right: readonly Partial<Probe>[] = [
      {},
      { from: { service: "web", version: "v2" }, url: "http://far.batch.svc.cluster.local:8080/" },
      { url: "tcp://db:5432" },
      { url: "http://pay.example.com/", expect: { status: 200, service: "pay.example.com" } },
      { url: "http://nobody/", expect: { status: 404 } },
      { from: "stranger", url: "http://far:8080/" },
      { from: "outside", url: "http://shop.example.com:8085/", expect: { status: 200, shares: { v1: 1, v2: 1 } } },
      { from: { gateway: "inner", listener: "plain" }, url: "http://shop.example.com/" },
      { from: "outside", url: "http://nobody.example.com/", expect: { status: 404 } },
      { environment: "another", from: { service: "wbe" } },
    ];
    for (const one of right) assert.deepEqual(told(one), [], JSON.stringify(one));
  });

  it("are refused where a name is misspelled, even if a refusal is expected", () => {
    const expect = { status: "refused" } as const;
    assert.deepEqual(told({ expect, from: { service: "wbe" } }), [["MW5050", "from.service", "web"]]);
    assert.deepEqual(told({ expect, from: { service: "web", version: "v3" } }), [["MW5050", "from.version", "v1"]]);
    assert.deepEqual(told({ expect, url: "http://farr/" }), [["MW5050", "url", "far"]]);
    assert.deepEqual(told({ expect, url: "http://far:1/" }), [["MW5050", "url", ""]]);
    assert.deepEqual(told({ expect, url: "tcp://dbb:5432" }), [["MW5050", "url", "db"]]);
    assert.deepEqual(told({ expect: { status: 404 }, url: "tcp://dbb:5432" }), [["MW5050", "url", "db"]]);
    for (const from of ["stranger", "plaintext"] as const) {
      assert.deepEqual(told({ expect, from, url: "http://farr:8080/" }), [["MW5050", "url", "far"]]);
      assert.deepEqual(told({ expect, from, url: "http://two/" }), [["MW5050", "url", ""]]);
    }
    assert.deepEqual(told({ from: { gateway: "edg" } }), [["MW5050", "from.gateway", "edge"]]);
    assert.deepEqual(told({ from: { gateway: "edge", listener: "plian" } }), [["MW5050", "from.listener", "plain"]]);
    const from = "outside";
    assert.deepEqual(told({ from, url: "http://shop.example.co/" }), [["MW5050", "url", "shop.example.com"]]);
    assert.deepEqual(told({ from, url: "https://shop.example.com/" }), [["MW5050", "url", "shop.example.com"]]);
    assert.deepEqual(told({ from, url: "http://shop.example.com/" }), [["MW5035", "url", ""]]);
    assert.deepEqual(told({ from, url: "tcp://shop.example.com/" }), [["MW1001", "url", ""]]);
    assert.deepEqual(told({ expect: { status: 200, service: "farr" } }), [["MW5050", "expect.service", "far"]]);
    assert.deepEqual(told({ expect: { status: 200, version: "v3" } }), [["MW5050", "expect.version", "v1"]]);
    assert.deepEqual(told({ expect: { status: 200, shares: { v3: 1 } } }), [["MW5050", "expect.shares.v3", "v1"]]);
  });

  it("that cannot be sent agree with nothing", async () => {
    const refused: Probe = { ...probe, expect: { status: "refused" } };
    const send = () => Promise.reject(new Error("no way"));
    const row = await runProbeBy(send, refused);
    assert.deepEqual([row.agrees, row.seen], [false, "not sent: no way"]);
  });
});
