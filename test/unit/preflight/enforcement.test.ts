/** From audited to enforced: whoever deploys that is told for which services, and who beside them loses access. */
import assert from "node:assert/strict";
import { ownLabels } from "../../../components/engines/istio/ownership.ts";
import { preflightOf } from "./preflight-of.ts";

interface World {
  /** What the cluster has. */
  readonly policies?: readonly object[];
  readonly workloads?: readonly object[];
  readonly enforcement?: "audit" | "enforce";
  readonly owner?: string;
}

const policy = (namespace: string, name: string, more: object = {}) => ({
  ...{ kind: "AuthorizationPolicy", namespace, name, labels: ownLabels("shop"), dryRun: true },
  ...more,
});
const dry = ["stock", "stock.deny", "ledger"].map((name) => policy("legacy", name));

const workload = (name: string, pods: number, withoutSidecar: number) => ({
  ...{ kind: "Deployment", namespace: "legacy", name, labels: { app: name }, pods, withoutSidecar },
});

/** What it is told of each namespace. */
const told = ({ policies = dry, workloads = [], enforcement = "enforce", owner }: World) =>
  preflightOf({
    stack: { controlPlane: { kind: "existing", revision: "stable", version: "1.31.4" }, ...(owner && { owner }) },
    mesh: {
      name: "shop",
      targets: ["istio"],
      namespaces: { legacy: { enforcement } },
      services: {
        web: { ports: { http: { kind: "http", number: 80 } } },
        stock: {
          namespace: "legacy",
          owner: "warehouse",
          ports: { http: { kind: "http", number: 9080 } },
          access: { noAdmin: { kind: "deny", paths: [{ kind: "path-prefix", path: "/admin" }] } },
        },
        ledger: { namespace: "legacy", ports: { http: { kind: "http", number: 9090 } } },
      },
    },
    cluster: { schema: 1, kubernetes: "v1.36.3", objects: policies, workloads },
  })
    .filter(({ code }) => code === "MW5242")
    .map(({ args }) => args);

describe("a namespace that was only audited", () => {
  it("enforced: names its services once each, and no other namespace", () => {
    assert.deepEqual(told({}), [{ namespace: "legacy", services: ["ledger", "stock"], strangers: [] }]);
  });

  it("names the workloads beside them that the mesh does not know, and not those for which nothing changes", () => {
    const workloads = [
      workload("stock", 2, 0),
      workload("report", 2, 1),
      workload("cleanup", 0, 0),
      // Without an identity of the mesh it was refused before, or is admitted still.
      workload("plain", 2, 2),
    ];
    assert.deepEqual(told({ workloads })[0]?.strangers, ["Deployment cleanup", "Deployment report"]);
  });

  it("tells nothing while it is audited, once it is enforced, and of policies that others have there", () => {
    assert.deepEqual(told({ enforcement: "audit" }), []);
    assert.deepEqual(told({ policies: dry.map((one) => ({ ...one, dryRun: false })) }), []);
    assert.deepEqual(told({ policies: [] }), []);
    assert.deepEqual(told({ policies: dry.map((one) => ({ ...one, labels: ownLabels("bazaar") })) }), []);
    assert.deepEqual(told({ policies: [policy("legacy", "theirs", { labels: {} })] }), []);
  });

  it("tells what is left after a deployment that was cut off, and each owner of its own services", () => {
    assert.deepEqual(told({ policies: [policy("legacy", "ledger")] })[0]?.services, ["ledger"]);
    assert.deepEqual(told({ owner: "warehouse" })[0]?.services, ["stock"]);
  });
});
