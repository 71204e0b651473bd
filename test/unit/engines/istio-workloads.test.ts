/** Whose policies a pod has: also that of a version that comes, or that has left the mesh and still runs. */
import assert from "node:assert/strict";
import { compile, defineMesh, http } from "../../../components/index.ts";
import { istioObjects } from "../../../components/passes/render.ts";

const policies = (versions: readonly ["v1", ..."v2"[]]) => {
  const mesh = defineMesh({
    name: "shop",
    targets: ["istio"],
    services: { cart: { ports: { http: http(80) }, versions } },
  });
  const { ir } = compile(mesh.at("default"));
  assert.ok(ir !== undefined);
  return istioObjects(ir).filter(({ object }) => object.kind !== "DestinationRule");
};

describe("workloads of a service on Istio", () => {
  it("are the same pods while versions come and go", () => {
    assert.deepEqual(policies(["v1"]), policies(["v1", "v2"]));
    assert.deepEqual(policies(["v1"])[0]?.object.spec, {
      selector: { matchLabels: { app: "cart" } },
      mtls: { mode: "STRICT" },
    });
  });
});
