/** Which objects of others decide about hosts and workloads of a mesh: where they lie, whom they are for, who sees them. */
import assert from "node:assert/strict";
import { preflightOf } from "./preflight-of.ts";

const stack = { controlPlane: { kind: "install", release: "2026.11" } };
const mesh = {
  name: "shop",
  targets: ["istio"],
  namespace: "shop",
  services: {
    web: { ports: { http: { kind: "http", number: 80 } }, calls: ["reviews"] },
    reviews: { namespace: "backend", ports: { http: { kind: "http", number: 9080 } } },
  },
  gateways: {
    front: {
      listeners: { plain: { kind: "http", port: 80, hosts: ["shop.example.com"] } },
      routes: { all: { to: "web" } },
    },
  },
};

const told = (object: object): readonly string[] =>
  preflightOf({ stack, mesh, cluster: { schema: 1, kubernetes: "v1.36.3", objects: [object] } }).map(
    ({ code }) => code,
  );

const REVIEWS = "reviews.backend.svc.cluster.local";
const WEB = "web.shop.svc.cluster.local";
const rule = (kind: string, namespace: string, hosts: readonly string[], more: object = {}) => ({
  kind,
  namespace,
  name: "other",
  hosts,
  ...more,
});

describe("preflight: rules of others", () => {
  const refused: Readonly<Record<string, object>> = {
    "a route for sidecars, from anywhere": rule("VirtualService", "lab", [REVIEWS]),
    "a short name, which is one of its own namespace": rule("VirtualService", "backend", ["reviews"]),
    "a wildcard, for a service without routes of its own": rule("VirtualService", "lab", ["*.shop.svc.cluster.local"]),
    "a destination in the caller's namespace": rule("DestinationRule", "shop", [REVIEWS]),
    "a wildcard in the caller's namespace, which wins over the service's": rule("DestinationRule", "shop", ["*.local"]),
    "a second one beside the mesh's own": rule("DestinationRule", "backend", ["reviews"]),
    "one that only the callers see": rule("VirtualService", "lab", [REVIEWS], { exportTo: ["shop"] }),
    "a route of the mesh's own gateway": rule("VirtualService", "shop", ["shop.example.com"], { gateways: ["front"] }),
  };
  for (const [what, object] of Object.entries(refused))
    it(`refuses ${what}`, () => assert.deepEqual(told(object), ["MW5210"]));

  const left: Readonly<Record<string, object>> = {
    "a route for another host": rule("VirtualService", "lab", ["reviews.lab.svc.cluster.local"]),
    "a short name in another namespace": rule("VirtualService", "lab", ["reviews"]),
    "a wildcard where the mesh has a more exact route": rule("VirtualService", "lab", ["*.backend.svc.cluster.local"]),
    "a destination in a namespace that has nothing to do with it": rule("DestinationRule", "lab", [REVIEWS]),
    "a wildcard in the service's own namespace, below the mesh's rule": rule("DestinationRule", "backend", ["*.local"]),
    "what the root namespace says where nobody else does": rule("DestinationRule", "istio-system", ["*.local"]),
    "one that no caller sees": rule("VirtualService", "lab", [REVIEWS], { exportTo: ["."] }),
    "a route of another gateway": rule("VirtualService", "lab", ["shop.example.com"], { gateways: ["lab/old"] }),
    "the same host inside the mesh, for whom no gateway is": rule("VirtualService", "lab", ["shop.example.com"]),
    "a rule of another owner of the same mesh": rule("VirtualService", "lab", [REVIEWS], {
      labels: { "app.kubernetes.io/managed-by": "meshwright", "app.kubernetes.io/part-of": "shop" },
    }),
  };
  for (const [what, object] of Object.entries(left)) it(`leaves ${what}`, () => assert.deepEqual(told(object), []));

  it("refuses a rule of another mesh, though Meshwright made it", () => {
    const labels = { "app.kubernetes.io/managed-by": "meshwright", "app.kubernetes.io/part-of": "other" };
    assert.deepEqual(told(rule("VirtualService", "lab", [WEB, REVIEWS], { labels })), ["MW5210"]);
  });
});

describe("preflight: policies of others", () => {
  const policy = (kind: string, namespace: string, selector?: object) => ({ kind, namespace, name: "other", selector });
  const inRoot = (selector: object, kind = "AuthorizationPolicy") => policy(kind, "istio-system", selector);
  for (const [what, object, expected] of [
    ["access of a whole namespace", policy("AuthorizationPolicy", "shop"), ["MW5212"]],
    ["access of the whole mesh", policy("AuthorizationPolicy", "istio-system"), ["MW5212"]],
    ["access of a workload of the mesh", policy("AuthorizationPolicy", "backend", { app: "reviews" }), ["MW5212"]],
    ["access of another workload", policy("AuthorizationPolicy", "backend", { app: "batch" }), []],
    ["access in another namespace", policy("AuthorizationPolicy", "lab"), []],
    ["access of another workload beside a gateway", policy("AuthorizationPolicy", "shop", { app: "batch" }), []],
    [
      "access of one workload in the root namespace, in whatever namespace it is",
      inRoot({ app: "reviews" }),
      ["MW5212"],
    ],
    ["access of a gateway's proxies in the root namespace", inRoot({ istio: "front" }), ["MW5212"]],
    ["access of workloads of others in the root namespace", inRoot({ app: "batch" }), []],
    ["access of labels there that no workload of the mesh is known to have", inRoot({ tier: "web" }), []],
    ["tokens of the whole mesh", policy("RequestAuthentication", "istio-system"), ["MW5212"]],
    ["tokens of one workload in the root namespace", inRoot({ app: "web" }, "RequestAuthentication"), ["MW5212"]],
    ["a filter of one workload in the root namespace", inRoot({ app: "web" }, "EnvoyFilter"), ["MW5212"]],
    ["TLS of a workload in the root namespace, which Istio ignores", inRoot({ app: "web" }, "PeerAuthentication"), []],
    ["TLS of the whole mesh, which the mesh's own replaces", policy("PeerAuthentication", "istio-system"), []],
    [
      "access of a gateway's proxies in its own namespace",
      policy("AuthorizationPolicy", "shop", { istio: "front" }),
      ["MW5212"],
    ],
    ["TLS of a whole namespace, which the mesh's own replaces", policy("PeerAuthentication", "shop"), []],
    ["TLS of a workload", policy("PeerAuthentication", "shop", { app: "web" }), ["MW5212"]],
    ["a filter of a whole namespace", policy("EnvoyFilter", "shop"), ["MW5212"]],
    ["a ServiceEntry", policy("ServiceEntry", "shop"), []],
  ] as const)
    it(`${expected.length === 0 ? "leaves" : "tells of"} ${what}`, () => assert.deepEqual(told(object), expected));
});

describe("preflight: policies of the root namespace", () => {
  const cluster = (labels: object, namespace: string) => ({
    schema: 1,
    kubernetes: "v1.36.3",
    objects: [{ kind: "AuthorizationPolicy", namespace: "istio-system", name: "other", selector: { tier: "web" } }],
    namespaces: [{ name: "backend", labels: { "app.kubernetes.io/managed-by": "meshwright" } }],
    workloads: [{ kind: "Deployment", namespace, name: "reviews", labels, serviceAccount: "reviews" }],
  });
  const codes = (labels: object, namespace = "backend") =>
    preflightOf({ stack, mesh, cluster: cluster(labels, namespace) }).map(({ code }) => code);

  it("are told of where a workload of the mesh that is there has all labels that they select", () => {
    assert.ok(codes({ app: "reviews", tier: "web" }).includes("MW5212"));
    assert.ok(!codes({ app: "reviews", tier: "data" }).includes("MW5212"));
    assert.ok(!codes({ app: "stranger", tier: "web" }).includes("MW5212"));
    assert.ok(!codes({ app: "reviews", tier: "web" }, "lab").includes("MW5212"));
  });
});

describe("preflight: gateways", () => {
  const existing = { controlPlane: { kind: "existing", revision: "stable", version: "1.31.4" } };
  const plane = { namespace: "istio-system", name: "istiod", revision: "1-31-4", version: "1.31.4" };
  const injectors = [{ name: "tag", revision: "1-31-4", tag: "stable" }];
  const toldBy = (of: object, cluster: object) =>
    preflightOf({ stack: of, mesh, cluster: { schema: 1, kubernetes: "v1.36.3", injectors, ...cluster } })
      .filter(({ code }) => code === "MW5213")
      .map(({ args }) => args.others);
  const gateway = (namespace: string, selector?: object, more: object = {}) => ({
    kind: "Gateway",
    namespace,
    name: "other",
    selector,
    ...more,
  });
  const proxies = (namespace: string, name: string) => ({
    kind: "Deployment",
    namespace,
    name: "edge",
    labels: { app: name, istio: name },
  });

  it("tells of others whose labels are those of the mesh's, in any namespace, where istiod is not told otherwise", () => {
    const controlPlanes = [plane];
    const others = (cluster: object) => toldBy(existing, { controlPlanes, ...cluster });
    assert.deepEqual(others({ gatewayProxies: [proxies("lab", "front")] }), [["Deployment edge of lab"]]);
    assert.deepEqual(others({ objects: [gateway("lab", { istio: "front" })] }), [["Gateway lab/other"]]);
    assert.deepEqual(others({ objects: [gateway("lab", { app: "front", istio: "front" })] }), [["Gateway lab/other"]]);
    assert.deepEqual(others({ objects: [gateway("lab")] }), [["Gateway lab/other"]]);
    assert.deepEqual(others({ gatewayProxies: [proxies("lab", "back")] }), []);
    assert.deepEqual(others({ gatewayProxies: [proxies("shop", "front")] }), []);
    assert.deepEqual(others({ objects: [gateway("lab", { istio: "front", zone: "a" })] }), []);
    const labels = { "app.kubernetes.io/managed-by": "meshwright", "app.kubernetes.io/part-of": "shop" };
    assert.deepEqual(others({ objects: [gateway("lab", { istio: "front" }, { labels })] }), []);
  });

  it("tells only of those in the gateway's own namespace where it is, as ours always is", () => {
    const cluster = {
      controlPlanes: [{ ...plane, scopesGateways: true }],
      gatewayProxies: [proxies("lab", "front")],
      objects: [gateway("lab", { istio: "front" }), gateway("shop", { istio: "front" })],
    };
    for (const of of [existing, stack]) assert.deepEqual(toldBy(of, cluster), [["Gateway shop/other"]]);
  });

  it("judges namesakes by the control plane that injects for the stack, and not where none could be read", () => {
    const [front, twin] = [mesh.gateways.front, { ...mesh.gateways.front, namespace: "lab", name: "front" }];
    const namesakes = (of: object, cluster: object) =>
      preflightOf({
        stack: of,
        mesh: { ...mesh, gateways: { front, twin } },
        cluster: { schema: 1, kubernetes: "v1.36.3", injectors, ...cluster },
      })
        .filter(({ code }) => code === "MW5226")
        .map(({ args }) => args.gateways);
    const scoping = { ...plane, revision: "1-30-3", scopesGateways: true };
    assert.deepEqual(namesakes(existing, { controlPlanes: [plane, scoping] }), [["lab/front", "shop/front"]]);
    assert.deepEqual(namesakes(existing, { controlPlanes: [{ ...plane, scopesGateways: true }] }), []);
    assert.deepEqual(namesakes(existing, { unread: ["control planes"] }), []);
    assert.deepEqual(namesakes(stack, {}), []);
  });
});
