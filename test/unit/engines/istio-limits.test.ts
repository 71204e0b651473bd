/** What Istio cannot do with the very values of a mesh, where no slice knows it. */
import assert from "node:assert/strict";
import { compile } from "../../../components/index.ts";
import { formatPath } from "../../../components/values/model-path.ts";

describe("limits of Istio: gateways", () => {
  const told = (port: number, targets: readonly string[]) => {
    const listeners = { web: { kind: "http", port, hosts: ["shop.example.com"] } };
    const mesh = {
      name: "shop",
      targets,
      services: { web: { ports: { http: { kind: "http", number: 80 } } } },
      gateways: { edge: { listeners, routes: { all: { to: "web" } } } },
    };
    return compile(mesh).diagnostics.map(({ code, path, engine }) => [code, formatPath(path), engine]);
  };

  it("open no port on which their own proxy listens: the chart's Service has the health check's, too", () => {
    for (const port of [15_000, 15_004, 15_020, 15_021, 15_090])
      assert.deepEqual(told(port, ["istio", "envoy"]), [["MW3004", "gateways.edge.listeners.web.port", "istio"]]);
  });

  it("open every other, and these, too, where Istio is no target", () => {
    for (const port of [80, 443, 8_443, 15_022, 15_443]) assert.deepEqual(told(port, ["istio"]), []);
    assert.deepEqual(told(15_021, ["envoy"]), []);
  });
});
