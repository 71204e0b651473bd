/** From what an API server answers to what is seen, and from a deployment to what is asked. */
import assert from "node:assert/strict";
import { seenControlPlane, seenObject, seenService } from "../../../components/cluster/seen-objects.ts";
import { seenWorkloads } from "../../../components/cluster/seen-workloads.ts";
import { meshKinds } from "../../../components/engines/istio/written-kinds.ts";
import { checkedIn } from "../../../components/preflight/checked.ts";
import { questionsOf } from "../../../components/preflight/questions.ts";
import { readSnapshot } from "../../../components/preflight/read-snapshot.ts";
import { deploymentOf, preflightOf } from "./preflight-of.ts";

const mesh = {
  name: "shop",
  targets: ["istio"],
  services: {
    web: { owner: "front", ports: { http: { kind: "http", number: 80 } }, calls: ["reviews"] },
    reviews: {
      owner: "back",
      namespace: "backend",
      ports: { http: { kind: "http", number: 9080 } },
      allowCallers: ["front"],
    },
  },
};
const existing = { kind: "existing", revision: "stable", version: "1.31.4" };
const install = { kind: "install", release: "2026.11" };
type Reference = { readonly kind: string; readonly name: string; readonly controller: boolean };

const pod = (name: string, owner: Reference | undefined, containers: readonly string[], more: object = {}) => ({
  metadata: {
    name,
    namespace: "shop",
    labels: { app: "web", "pod-template-hash": "abc" },
    ...(owner && { ownerReferences: [owner] }),
  },
  spec: {
    containers: containers.map((container) => ({ name: container, env: [{ name: "PASSWORD", value: "hunter2" }] })),
    ...more,
  },
});

describe("preflight: what is seen", () => {
  it("counts pods by what runs them, with or without a sidecar, and keeps nothing of what is in them", () => {
    const template = { metadata: { labels: { app: "web" } }, spec: { serviceAccountName: "web", containers: [] } };
    const deployment = { metadata: { name: "web", namespace: "shop" }, spec: { template } };
    const replicaSet = { kind: "ReplicaSet", name: "web-abc", controller: true };
    const pods = [
      pod("web-abc-1", replicaSet, ["app", "istio-proxy"]),
      pod("web-abc-2", replicaSet, ["app"], { initContainers: [{ name: "istio-proxy" }] }),
      pod("web-abc-3", replicaSet, ["app"]),
      { ...pod("web-abc-4", replicaSet, ["app"]), status: { phase: "Failed" } },
      pod("nightly-1", { kind: "Job", name: "nightly", controller: true }, ["app"]),
      pod("alone", undefined, ["app"]),
    ];
    const seen = seenWorkloads({ Deployment: [deployment] }, pods);
    assert.deepEqual(
      seen.map(({ kind, name, pods: all, withoutSidecar, serviceAccount }) => [
        kind,
        name,
        all,
        withoutSidecar,
        serviceAccount,
      ]),
      [
        ["Deployment", "web", 3, 1, "web"],
        ["Job", "nightly", 1, 1, "default"],
        ["Pod", "alone", 1, 1, "default"],
      ],
    );
    assert.doesNotMatch(JSON.stringify(seen), /hunter2|PASSWORD/);
  });

  it("reads the version of a control plane off its image, and a Service's target where none is written", () => {
    const image = (text: string) =>
      seenControlPlane({
        metadata: { name: "istiod", namespace: "istio-system", labels: { "istio.io/rev": "stable" } },
        spec: {
          template: {
            spec: {
              containers: [
                { name: "proxy", image: "x:9" },
                { name: "discovery", image: text },
              ],
            },
          },
        },
      }).version;
    assert.equal(image("registry:5000/istio/pilot:1.31.4-distroless"), "1.31.4-distroless");
    assert.equal(image(`istio/pilot:1.31.4@sha256:${"a".repeat(64)}`), "1.31.4");
    assert.equal(image(`istio/pilot@sha256:${"a".repeat(64)}`), undefined);
    const service = seenService({ metadata: { name: "web", namespace: "shop" }, spec: { ports: [{ port: 80 }] } });
    assert.deepEqual([service.selector, service.ports[0]?.target], [{}, 80]);
  });

  it("knows whether an istiod keeps gateways to their namespace, and by which labels a Gateway finds its proxies", () => {
    const scopes = (env: readonly object[]) =>
      seenControlPlane({
        metadata: { name: "istiod", namespace: "istio-system" },
        spec: { template: { spec: { containers: [{ name: "discovery", env }] } } },
      }).scopesGateways;
    assert.equal(scopes([{ name: "PILOT_SCOPE_GATEWAY_TO_NAMESPACE", value: "true" }]), true);
    assert.equal(scopes([{ name: "PILOT_SCOPE_GATEWAY_TO_NAMESPACE", value: "false" }]), undefined);
    assert.equal(scopes([{ name: "PASSWORD", value: "true" }]), undefined);
    const raw = { metadata: { name: "edge", namespace: "shop" }, spec: { selector: { istio: "edge" } } };
    assert.deepEqual(seenObject("Gateway", raw).selector, { istio: "edge" });
    assert.equal(seenObject("AuthorizationPolicy", raw).selector, undefined);
  });

  it("takes an empty list for none, and hosts of rules alone", () => {
    const raw = { metadata: { name: "x", namespace: "shop" }, spec: { hosts: ["web"], gateways: [], exportTo: [] } };
    const { hosts, gateways, exportTo } = seenObject("VirtualService", raw);
    assert.deepEqual([hosts, gateways, exportTo], [["web"], undefined, undefined]);
    assert.equal(seenObject("ServiceEntry", raw).hosts, undefined);
  });

  it("survives being saved, and says where a file is no snapshot", () => {
    const cluster = { schema: 1, kubernetes: "v1.36.3", namespaces: [{ name: "shop" }], unread: ["pods of shop"] };
    const { snapshot } = readSnapshot(cluster);
    assert.deepEqual(readSnapshot(JSON.parse(JSON.stringify(snapshot))).snapshot, snapshot);
    const { diagnostics } = readSnapshot({ ...cluster, workloads: [{ kind: "Deployment", namespace: "shop" }] });
    assert.deepEqual(
      diagnostics.map(({ path }) => path),
      [["workloads", 0, "name"]],
    );
  });
});

describe("preflight: what is asked", () => {
  const asked = (stack: object) => questionsOf(deploymentOf({ stack, mesh }));
  const resources = (stack: object) =>
    new Set(asked(stack).rights.map(({ resource, namespace = "*" }) => `${resource} ${namespace}`));

  it("nothing that concerns the whole cluster, where the control plane is somebody else's and namespaces are there", () => {
    const wide = asked({ controlPlane: existing, namespaces: "label" }).rights.filter(
      ({ namespace, optional }) => namespace === undefined && optional !== true,
    );
    assert.deepEqual(
      wide.map(({ verb, resource }) => `${verb} ${resource}`),
      ["get namespaces", "patch namespaces"],
    );
    assert.ok(resources({ controlPlane: install }).has("customresourcedefinitions *"));
  });

  it("what a deployment knows less without: which proxies there are, what istiod says of them, what is deployed", () => {
    const optional = ({ rights }: ReturnType<typeof asked>) =>
      rights
        .filter((right) => right.optional)
        .map(({ verb, resource, namespace = "*" }) => `${verb} ${resource} ${namespace}`);
    const reading = ["virtualservices", "destinationrules", "sidecars", "authorizationpolicies", "peerauthentications"];
    const root = [
      "list pods istio-system",
      "get pods/portforward istio-system",
      "create pods/portforward istio-system",
    ];
    const wide = reading.map((resource) => `list ${resource} *`);
    for (const controlPlane of [existing, install])
      assert.deepEqual(optional(asked({ controlPlane })), [...root, "list pods backend", "list pods shop", ...wide]);
    // A route of theirs is followed in the callers' namespace, which is not theirs.
    assert.deepEqual(optional(asked({ controlPlane: existing, owner: "back" })), [
      ...root,
      "list pods backend",
      "list pods shop",
      ...wide,
    ]);
    assert.deepEqual(optional(asked({ controlPlane: existing, owner: "front" })), [...root, "list pods shop", ...wide]);
  });

  it("the kinds that are written, in the namespaces where they are", () => {
    const rights = resources({ controlPlane: existing });
    assert.ok(rights.has("virtualservices backend") && !rights.has("virtualservices shop"));
    assert.equal(new Set(meshKinds.map(({ resource }) => resource)).size, meshKinds.length);
  });

  it("of an owner just that owner's part", () => {
    const rights = resources({ controlPlane: existing, owner: "front" });
    assert.ok(rights.has("sidecars shop") && ![...rights].some((right) => right.endsWith(" backend")));
    const cluster = { schema: 1, kubernetes: "v1.36.3", namespaces: [{ name: "backend" }] };
    const codes = preflightOf({ stack: { controlPlane: install, owner: "front" }, mesh, cluster }).map(
      ({ code }) => code,
    );
    assert.ok(!codes.includes("MW5224"), "the namespace is made by its owner");
  });

  it("whether the secret of an existing root is there", () => {
    const certificateAuthority = { kind: "existing-root", namespace: "vault", name: "root" };
    assert.deepEqual(asked({ controlPlane: install, certificateAuthority }).secrets, ["vault/root"]);
    assert.deepEqual(asked({ controlPlane: existing, certificateAuthority }).secrets, []);
  });

  it("counts what was looked at", () => {
    const { snapshot } = readSnapshot({ schema: 1, kubernetes: "v1.36.3", rights: { asked: 7, refused: [] } });
    assert.ok(snapshot !== undefined);
    const checked = checkedIn(snapshot, deploymentOf({ stack: { controlPlane: existing }, mesh }));
    assert.match(checked.find(({ label }) => label === "rights")?.text ?? "", /^7 rights, for \d+ objects of the mesh/);
  });
});
