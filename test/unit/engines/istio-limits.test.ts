/** What Istio cannot do with the very values of a mesh, where no slice knows it. */
import assert from "node:assert/strict";
import { compile, type MeshIr } from "../../../components/index.ts";
import { istioObjects } from "../../../components/passes/render.ts";
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

  it("have no name that makes their routes one object with those of an external service", () => {
    const named = (name: string, host: string) => {
      const web = { ports: { http: { kind: "http", number: 80 } }, calls: ["pay"] };
      const listeners = { web: { kind: "http", port: 80, hosts: [host] } };
      const mesh = {
        name: "shop",
        targets: ["istio"],
        services: { web },
        externals: { pay: { host: "pay.example.com", ports: { https: { kind: "http", number: 443 } } } },
        gateways: { edge: { name, listeners, routes: { all: { to: "web" } } } },
      };
      const { ir, diagnostics } = compile(mesh);
      const ids = istioObjects(ir as MeshIr).map(({ id }) => id);
      return [diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`), ids.length - new Set(ids).size];
    };
    assert.deepEqual(named("external", "pay"), [["MW3004 gateways.edge"], 1]);
    assert.deepEqual(named("external", "shop"), [[], 0]);
    assert.deepEqual(named("edge", "pay"), [[], 0]);
  });

  it("open every other, and these, too, where Istio is no target", () => {
    for (const port of [80, 443, 8_443, 15_022, 15_443]) assert.deepEqual(told(port, ["istio"]), []);
    assert.deepEqual(told(15_021, ["envoy"]), []);
  });
});
