/** What is said of a stack together with its mesh. */
import assert from "node:assert/strict";
import { checkStack } from "../../../components/deployment/check-stack.ts";
import { readSettings } from "../../../components/deployment/settings.ts";
import { compile } from "../../../components/index.ts";
import { formatPath } from "../../../components/values/model-path.ts";
import { releaseCatalogue } from "../../../stacks/releases/catalogue.ts";

const told = (controlPlane: object, mesh: object, code: string) => {
  const { settings, diagnostics } = readSettings({ controlPlane }, "default");
  assert.ok(settings !== undefined, JSON.stringify(diagnostics));
  const { ir } = compile(mesh, { environment: "default" });
  const stack = { settings, catalogue: releaseCatalogue, lock: { schema: 1, releases: {} }, mesh: ir } as const;
  return checkStack(stack)
    .filter((one) => one.code === code)
    .map(({ path, args }) => [formatPath(path), args.object]);
};

describe("a stack and its mesh", () => {
  const web = { ports: { http: { kind: "http", number: 80 } } };
  const listeners = { plain: { kind: "http", port: 80, hosts: ["shop.example.com"] } };
  const mesh = {
    name: "shop",
    targets: ["istio"],
    services: { web },
    gateways: { edge: { namespace: "istio-system", listeners, routes: { all: { to: "web" } } } },
  };
  const install = { kind: "install", release: "2026.11" };
  const existing = { kind: "existing", revision: "stable", version: "1.31.4" };

  it("keep apart from the control plane, whoever owns it: what lies in its namespace holds for all others", () => {
    const object = "default/istio-system/edge";
    assert.deepEqual(told(install, mesh, "MW5121"), [["controlPlane.namespace", object]]);
    assert.deepEqual(told({ ...install, release: "2020.01" }, mesh, "MW5121"), [["controlPlane.namespace", object]]);
    assert.deepEqual(told(existing, mesh, "MW5121"), [["controlPlane.rootNamespace", object]]);
    assert.deepEqual(told({ ...install, namespace: "mesh-control" }, mesh, "MW5121"), []);
  });
});
