/**
 * A namespace from audited to enforced and back, by Pulumi's real engine on a real API server: its policies change by one annotation,
 * nothing else does, and whoever deploys that is told before.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Provider } from "@pulumi/kubernetes";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { defineMesh, deny, http, path } from "meshwright";
import { deployedObjects, MeshPlatform, prepareStack, renderMesh } from "meshwright/pulumi";
import { readSettings, type StackSettings } from "../../../components/deployment/settings.ts";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import { releaseCatalogue } from "../../../stacks/releases/catalogue.ts";
import { applyAll } from "../kubernetes.ts";
import { stable } from "./project.ts";
import { changesIn, eventsOf, type Operation } from "./pulumi-engine.ts";
import { describePulumi } from "./pulumi-suite.ts";

type Enforcement = "audit" | "enforce";

/** Two services of the audited namespace, one with an owner, whose name is an annotation, too; and one of another namespace. */
const meshWith = (enforcement: Enforcement) =>
  defineMesh({
    name: "shop",
    targets: ["istio"],
    namespaces: { legacy: { enforcement } },
    services: {
      web: { ports: { http: http(80) }, calls: ["stock"] },
      stock: {
        ...{ namespace: "legacy", owner: "warehouse", ports: { http: http(9080) }, calls: ["ledger"] },
        access: { noAdmin: deny({ paths: [path("/admin").andBelow()] }) },
      },
      ledger: { namespace: "legacy", ports: { http: http(9090) } },
    },
  });

/** Of the namespace: all that may change. */
const POLICIES = ["ledger", "stock", "stock.deny"].map(
  (name) => `kubernetes:security.istio.io/v1:AuthorizationPolicy shop/legacy/${name}/AuthorizationPolicy`,
);
const EVERY_POLICY = Object.fromEntries(POLICIES.map((policy) => [policy, "update"]));

/** What runs in the namespace, and the mesh does not know. */
const report: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "report", namespace: "legacy" },
  spec: {
    selector: { matchLabels: { app: "report" } },
    template: {
      metadata: { labels: { app: "report" } },
      spec: { containers: [{ name: "app", image: "app" }] },
    },
  },
};

describePulumi("cluster: from audited to enforced", (cluster) => {
  before(() => applyAll(cluster().kubernetes.api, [stable]));

  const stackWith = (enforcement: Enforcement) =>
    cluster().engine.stack("shop", "test", async () => {
      const kubeconfig = await readFile(cluster().kubernetes.kubeconfig, "utf8");
      const provider = new Provider("cluster", { kubeconfig });
      const deployed = await deployedObjects({ kubeconfig });
      const mesh = renderMesh(meshWith(enforcement), { environment: "default", deployed });
      const lock = { schema: 1, releases: {} } as const;
      const project = new URL("../../../", import.meta.url);
      const stack = { settings, mesh, catalogue: releaseCatalogue, lock, project, cluster: { kubeconfig } };
      new MeshPlatform("shop", await prepareStack(stack), { provider });
    });

  const run = async (operation: Operation, enforcement: Enforcement) =>
    outcomeOf(await eventsOf(await stackWith(enforcement), operation));

  const nothing = { changes: {}, told: undefined };
  const calm = async (enforcement: Enforcement) => {
    assert.deepEqual(await run("up", enforcement), nothing);
    assert.deepEqual(await run("refresh", enforcement), nothing);
  };

  /** As they are stored, without what the server counts. */
  async function policies(): Promise<readonly Policy[]> {
    const answer = await cluster().kubernetes.api.get("/apis/security.istio.io/v1/authorizationpolicies");
    assert.ok(answer.kind === "ok");
    const { items } = answer.body as unknown as { readonly items: readonly Policy[] };
    return items.map(({ metadata: { name, namespace = "", labels = {}, annotations = {} }, spec }) => ({
      metadata: { name, namespace, labels, annotations },
      spec,
    }));
  }

  let audited: readonly Policy[];

  it("audited: every policy of the namespace is run dry, and no other; nothing to do the second time, no drift", async () => {
    assert.equal((await run("up", "audit")).told, undefined);
    audited = await policies();
    const dry = audited.map(({ metadata: { name, namespace, annotations } }) => [namespace, name, annotations]);
    assert.deepEqual(dry, [
      ["legacy", "ledger", { "istio.io/dry-run": "true" }],
      ["legacy", "stock", { "istio.io/dry-run": "true", "meshwright/owner": "warehouse" }],
      ["legacy", "stock.deny", { "istio.io/dry-run": "true", "meshwright/owner": "warehouse" }],
      ["shop", "web", {}],
    ]);
    await applyAll(cluster().kubernetes.api, [report]);
    await calm("audit");
  });

  it("shows in the preview what will be enforced, who loses access, and one annotation that goes", async () => {
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent) => void events.push(event);
    const { stdout } = await (await stackWith("enforce")).preview({ diff: true, color: "never", onEvent });
    assert.deepEqual(outcomeOf(events), { changes: EVERY_POLICY, told: TOLD });
    const values = stdout.split("\n").flatMap((line) => /^\s*([-+~] .*")$/.exec(line)?.[1] ?? []);
    assert.deepEqual(
      values,
      POLICIES.map(() => '- istio.io/dry-run: "true"'),
    );
    assert.deepEqual(await policies(), audited);
  });

  it("enforced: only this annotation goes; nothing to do the second time, no drift", async () => {
    assert.deepEqual(await run("up", "enforce"), { changes: EVERY_POLICY, told: TOLD });
    assert.deepEqual(await policies(), audited.map(withoutDryRun));
    await calm("enforce");
  });

  it("audited again: only this annotation comes back", async () => {
    assert.deepEqual(await run("up", "audit"), { changes: EVERY_POLICY, told: undefined });
    assert.deepEqual(await policies(), audited);
    await calm("audit");
  });
});

const TOLD =
  "access to ledger, stock of legacy was only audited, and is enforced from now on; " +
  "Deployment report may call no service of it any more: the mesh has no such service";

const { settings } = readSettings(
  { controlPlane: { kind: "existing", revision: "stable", version: "1.31.4" } },
  "default",
) as { readonly settings: StackSettings };

/** What an operation did, and what it said of access. */
function outcomeOf(events: readonly EngineEvent[]) {
  const said = events.map(({ diagnosticEvent }) => diagnosticEvent?.message ?? "").join("");
  const told = /warning MW5242[\s\S]*?\n {2}what {2}(.*)\n/.exec(said)?.[1];
  return { changes: Object.fromEntries(changesIn(events)), told };
}

interface Policy {
  readonly metadata: KubernetesObject["metadata"];
  readonly spec: unknown;
}

function withoutDryRun({ metadata, spec }: Policy): Policy {
  const { "istio.io/dry-run": _, ...annotations } = metadata.annotations ?? {};
  return { metadata: { ...metadata, annotations }, spec };
}
