/** The preflight against a real API server: each thing that a cluster may have against a mesh, really there, and a cluster that has none. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { type ClusterChoice, connect } from "../../components/cluster/kubernetes-api.ts";
import { takeSnapshot } from "../../components/cluster/take-snapshot.ts";
import type { Diagnostic } from "../../components/diagnostics/diagnostic.ts";
import { formatText } from "../../components/diagnostics/format.ts";
import { ownLabels } from "../../components/engines/istio/ownership.ts";
import type { KubernetesObject } from "../../components/engines/kubernetes.ts";
import { catalogue } from "../../components/preflight/catalogue.ts";
import { checkCluster } from "../../components/preflight/check-cluster.ts";
import { questionsOf } from "../../components/preflight/questions.ts";
import type { ClusterSnapshot } from "../../components/preflight/snapshot.ts";
import type { JsonObject } from "../../components/values/json.ts";
import { MeshFolder } from "../unit/cli/mesh-process.ts";
import { deploymentOf } from "../unit/preflight/preflight-of.ts";
import { applyAll, applyCrds, type Kubernetes, namespace, startKubernetes } from "./kubernetes.ts";
import { clusterPorts } from "./ports.ts";
import { ProcessGroup } from "./process-group.ts";
import { describeWith } from "./with-parts.ts";

const mesh = {
  name: "shop",
  targets: ["istio"],
  services: {
    web: { ports: { http: { kind: "http", number: 80, target: 8080 } }, calls: ["reviews"] },
    reviews: { ports: { http: { kind: "http", number: 9080 } } },
  },
};
const existing = { controlPlane: { kind: "existing", revision: "stable", version: "1.31.4" }, namespaces: "label" };
const install = { controlPlane: { kind: "install", release: "2026.11", tag: "stable" } };

const injector = (name: string, labels: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name, labels },
  webhooks: [],
});

const workload = (name: string, account: string, port: number): readonly KubernetesObject[] => [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "shop" },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: account,
          containers: [{ name: "app", image: "app", ports: [{ name: "web", containerPort: port }] }],
        },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop" },
    spec: { selector: { app: name }, ports: [{ name: "http", port, targetPort: "web" }] },
  },
];

const foreignRule: KubernetesObject = {
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name: "experiment", namespace: "lab" },
  spec: { hosts: ["reviews.shop.svc.cluster.local"], http: [{ route: [{ destination: { host: "elsewhere.lab" } }] }] },
};

const edge = {
  listeners: { plain: { kind: "http", port: 80, hosts: ["shop.example.com"] } },
  routes: { all: { to: "web" } },
};

const foreignGateway: readonly KubernetesObject[] = [
  {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name: "edge", namespace: "lab" },
    spec: {
      selector: { istio: "edge" },
      servers: [{ port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["lab.example.com"] }],
    },
  },
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "lab" } },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "edge", namespace: "lab", labels: { istio: "edge" } },
    spec: { containers: [{ name: "proxy", image: "proxy" }] },
  },
];

const istiod = (env: readonly JsonObject[]): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "istiod", namespace: "istio-system", labels: { app: "istiod", "istio.io/rev": "1-31-4" } },
  spec: {
    selector: { matchLabels: { app: "istiod" } },
    template: {
      metadata: { labels: { app: "istiod" } },
      spec: { containers: [{ name: "discovery", image: "pilot:1.31.4", env }] },
    },
  },
});

describeWith("cluster: preflight", ["etcd", "kube-apiserver", "istio-crds", "gateway-api-crds"], (parts) => {
  let group: ProcessGroup;
  let kubernetes: Kubernetes;

  before(async function () {
    this.timeout(120_000);
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    await applyAll(kubernetes.api, ["shop", "lab", "istio-system"].map(namespace));
  });

  after(async () => {
    kubernetes?.api.close();
    await group?.stop();
  });

  async function seen(stack: object, choice: ClusterChoice = { kubeconfig: kubernetes.kubeconfig }, of: object = mesh) {
    const connection = await connect(choice);
    if (connection.kind === "refused") return connection.diagnostic;
    const taken = await takeSnapshot(connection.api, questionsOf(deploymentOf({ stack, mesh: of })));
    await connection.api.close();
    return taken.kind === "refused" ? taken.diagnostic : taken.snapshot;
  }

  async function told(stack: object, choice?: ClusterChoice, of: object = mesh): Promise<readonly Diagnostic[]> {
    const answer = await seen(stack, choice, of);
    return "code" in answer ? [answer] : checkCluster(answer, deploymentOf({ stack, mesh: of }));
  }

  /** By code; what only may come later (MW5230) stands in the tests of workloads. */
  async function assertTold(
    stack: object,
    expected: Readonly<Record<string, RegExp>>,
    choice?: ClusterChoice,
    of?: object,
  ) {
    const found = (await told(stack, choice, of)).filter(({ code }) => code !== "MW5230");
    const text = formatText(catalogue, found);
    assert.deepEqual(found.map(({ code }) => code).sort(), Object.keys(expected).sort(), text);
    for (const pattern of Object.values(expected)) assert.match(text, pattern);
  }

  /** With these objects there, and without them afterwards. */
  async function having(objects: readonly KubernetesObject[], test: () => Promise<void>): Promise<void> {
    await applyAll(kubernetes.api, objects);
    try {
      await test();
    } finally {
      for (const object of objects) await kubernetes.api.delete(object);
    }
  }

  it("refuses a cluster without Istio: neither its CRDs nor a control plane are there", () =>
    assertTold(existing, {
      MW5204: /does not know networking\.istio\.io\/v1 DestinationRule/,
      MW5222: /no control plane of the cluster injects for "stable"/,
    }));

  it("has nothing against a cluster where all is well, and reads the versions that it has", async () => {
    await applyCrds(kubernetes.api, [parts()["istio-crds"], parts()["gateway-api-crds"]]);
    await applyAll(kubernetes.api, [
      injector("istio-revision-tag-stable", { "istio.io/rev": "1-31-4", "istio.io/tag": "stable" }),
    ]);
    await assertTold(existing, {});
    const { gatewayApi, kubernetes: version, uid, kinds, rights, unread } = (await seen(existing)) as ClusterSnapshot;
    assert.deepEqual([gatewayApi, rights.refused, unread], ["v1.5.1", [], []]);
    assert.match(version, /^v1\.\d+\.\d+/);
    assert.match(uid ?? "", /^[0-9a-f-]{36}$/);
    assert.ok(kinds.includes("networking.istio.io/v1 VirtualService"));
  });

  it("refuses another cluster than the stack's", () =>
    assertTold(
      { ...existing, cluster: { uid: "00000000-0000-4000-8000-000000000000" } },
      { MW5202: /the stack is for 0000/ },
    ));

  it("refuses a rule of somebody else for a host of the mesh, wherever it lies, and not a rule of its own", async () => {
    await having([foreignRule], () => assertTold(existing, { MW5210: /VirtualService lab\/experiment is not ours/ }));
    const labels = ownLabels("shop");
    await having([{ ...foreignRule, metadata: { ...foreignRule.metadata, labels } }], () => assertTold(existing, {}));
  });

  it("refuses a control plane that gives identities of another trust domain", async () => {
    const config = (meshConfig: string): KubernetesObject =>
      ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { namespace: "istio-system", name: "istio-1-31-4" },
        data: { mesh: meshConfig },
      }) as KubernetesObject;
    await having([config("trustDomain: shop.mesh\n")], () => assertTold(existing, {}));
    const refused = { MW5227: /trust domain cluster\.local, and the mesh says shop\.mesh/ };
    await having([config("enableTracing: true\n")], () => assertTold(existing, refused));
    await having([config("{ broken")], () => assertTold(existing, {}));
  });

  it("tells of whatever has the label of a gateway, in any namespace, unless istiod keeps gateways to their own", async () => {
    const withGateway = { ...mesh, gateways: { edge } };
    const scope = (value: string) => istiod([{ name: "PILOT_SCOPE_GATEWAY_TO_NAMESPACE", value }]);
    await having([...foreignGateway, scope("false")], () =>
      assertTold(existing, { MW5213: /Gateway lab\/edge, Pod edge of lab: not ours/ }, undefined, withGateway),
    );
    await having([...foreignGateway, scope("true")], () => assertTold(existing, {}, undefined, withGateway));
  });

  it("knows what an earlier deployment of the same mesh has left, and refuses the same names from somebody else", async () => {
    const { objects } = deploymentOf({ stack: existing, mesh });
    const own = objects.map(({ object }) => object);
    await having(own, () => assertTold(existing, {}));
    const [first] = own;
    assert.ok(first !== undefined);
    const { labels: _, ...metadata } = first.metadata;
    await having([{ ...first, metadata }], () =>
      assertTold(existing, { MW5211: new RegExp(`${first.kind} shop/${first.metadata.name}`) }),
    );
  });

  it("refuses the tag of another control plane, and namespaces that it labels or that are there already", async () => {
    const labelled: KubernetesObject = {
      ...namespace("shop"),
      metadata: { name: "shop", labels: { "istio.io/rev": "old" } },
    };
    await applyAll(kubernetes.api, [labelled]);
    await assertTold(install, {
      MW5220: /the tag stable belongs to another control plane/,
      MW5221: /the namespace shop has the label istio\.io\/rev=old/,
      MW5224: /the stack would create shop/,
    });
    await applyAll(kubernetes.api, [namespace("shop")]);
  });

  it("refuses whoever lacks rights, names them, and says what could not be looked at", async () => {
    const kubeconfig = await restricted(kubernetes);
    const found = await told(existing, { kubeconfig });
    const text = formatText(catalogue, found);
    assert.match(
      text,
      /you may not get, patch namespaces; get, create, patch, delete authorizationpolicies\.security\.istio\.io, .* in shop/,
    );
    assert.doesNotMatch(text, /(?:create|patch), .*virtualservices\.networking/);
    // What is only nice to have is asked, too, and refuses nobody.
    assert.match(
      text,
      /note MW5206[\s\S]*you may not list pods in istio-system; get, create pods\/portforward in istio-system; list pods in shop/,
    );
    assert.match(
      text,
      /note MW5207[\s\S]*you may not list authorizationpolicies\.security\.istio\.io, .* of the whole cluster/,
    );
    assert.match(
      text,
      /not checked, for it may not be read: .*virtualservices of other namespaces, webhooks that inject sidecars/,
    );
    // What could not be read is no fault of the cluster's.
    assert.ok(!found.some(({ code }) => code === "MW5222"), text);
  });

  it("compares ports and accounts with what teams have deployed, and tells what is not there yet", async () => {
    await having([...workload("web", "web", 8080), ...workload("reviews", "default", 9080)], async () => {
      await assertTold(existing, {
        MW5232: /the mesh says port 80 of shop\/web, and the cluster says port 8080/,
        MW5234: /Deployment reviews of shop\/reviews runs as the service account default/,
      });
    });
    await having(workload("stray", "stray", 80), () =>
      assertTold(existing, { MW5240: /Deployment stray may call no service of it any more/ }),
    );
    const missing = (await told(existing)).filter(({ code }) => code === "MW5230");
    assert.deepEqual(
      missing.map(({ args }) => args.missing),
      [["Service and no workload shop/reviews", "Service and no workload shop/web"]],
    );
  });

  it("refuses a cluster that does not answer, that does not know who asks, and a context that is not there", async () => {
    const text = JSON.stringify(await kubeconfigOf(kubernetes));
    const [port] = await clusterPorts(1);
    const kubeconfig = text.replace(/localhost:\d+/, `localhost:${port}`);
    await assertTold(
      existing,
      { MW5200: /the cluster test \(https:\/\/localhost:\d+\) does not answer: .*ECONNREFUSED/ },
      { kubeconfig },
    );
    const stranger = text.replace(/"token":"[^"]*"/, '"token":"stranger"');
    await assertTold(existing, { MW5200: /does not accept the credentials/ }, { kubeconfig: stranger });
    await assertTold(
      existing,
      { MW5201: /no context "tset"; did you mean "test"/ },
      { kubeconfig: text, context: "tset" },
    );
  });

  it("is a command, which refuses charts with other digests, and can be asked again without the cluster", async function () {
    this.timeout(60_000);
    const folder = new MeshFolder();
    try {
      folder.write("shop.json", JSON.stringify(mesh));
      folder.write("Pulumi.yaml", "name: shop\nruntime: nodejs\n");
      folder.write("Pulumi.dev.yaml", STACK);
      for (const name of CHARTS) folder.write(`charts/${name}/Chart.yaml`, `name: ${name}\nversion: 1.31.4\n`);
      folder.write("mesh.lock.json", JSON.stringify(lock));
      const kubeconfig = ["--kubeconfig", kubernetes.kubeconfig, "--context", "test"];
      const first = folder.mesh([
        "preflight",
        "shop.json",
        "--env",
        "default",
        ...kubeconfig,
        "--save",
        "cluster.json",
      ]);
      assert.equal(first.code, 1, first.stdout + first.stderr);
      assert.equal(first.stdout.match(/MW5111/g)?.length, CHARTS.length);
      assert.match(first.stdout, /MW5220 revision-claimed\n {2}file {2}Pulumi\.dev\.yaml:3/);
      const again = folder.mesh(["preflight", "shop.json", "--env", "default", "--snapshot", "cluster.json"]);
      assert.equal(again.stdout, first.stdout);
    } finally {
      folder.remove();
    }
  });
});

const IMAGES = ["pilot", "proxyv2", "install-cni"];
const CHARTS = ["base", "cni", "istiod", "gateway"];

const lock = {
  schema: 1,
  releases: {
    "2026.11": {
      charts: Object.fromEntries(
        CHARTS.map((name) => [name, { version: "1.31.4", digest: `tree-sha256:${"a".repeat(64)}` }]),
      ),
      images: Object.fromEntries(IMAGES.map((name) => [`${name}:1.31.4`, `sha256:${"b".repeat(64)}`])),
    },
  },
};

const STACK = `config:
  shop:environment: default
  shop:controlPlane: { kind: install, release: "2026.11", tag: stable }
  shop:charts: { kind: folder, path: charts }
`;

interface Kubeconfig {
  readonly users: readonly [{ readonly name: string; readonly user: object }];
}

async function kubeconfigOf({ kubeconfig }: Kubernetes): Promise<Kubeconfig> {
  return JSON.parse(await readFile(kubeconfig, "utf8")) as Kubeconfig;
}

/** A kubeconfig of somebody who may do with VirtualServices of one namespace what he likes, and nothing else. */
async function restricted(kubernetes: Kubernetes): Promise<string> {
  const metadata = { name: "apprentice", namespace: "shop" };
  const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };
  const group = "rbac.authorization.k8s.io";
  await applyAll(kubernetes.api, [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      ...rbac,
      kind: "Role",
      metadata,
      rules: [{ apiGroups: ["networking.istio.io"], resources: ["virtualservices"], verbs: ["*"] }],
    },
    {
      ...rbac,
      kind: "RoleBinding",
      metadata,
      subjects: [{ kind: "ServiceAccount", ...metadata }],
      roleRef: { kind: "Role", name: metadata.name, apiGroup: group },
    },
  ]);
  const answer = await kubernetes.api.send("POST", "/api/v1/namespaces/shop/serviceaccounts/apprentice/token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {},
  });
  assert.ok(answer.kind === "ok");
  const { token } = (answer.body as unknown as { readonly status: { readonly token: string } }).status;
  const admin = await kubeconfigOf(kubernetes);
  return JSON.stringify({ ...admin, users: [{ ...admin.users[0], user: { token } }] });
}
