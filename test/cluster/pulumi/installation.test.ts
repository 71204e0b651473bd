/**
 * Istio installed from its charts, with keys of our own, on a real API server: what `mesh lock` recorded is what is installed, each
 * object of each chart stands in the preview, and the second time there is nothing to do, also when istiod has written into webhooks. No
 * pod runs: only objects are compared.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { core, Provider } from "@pulumi/kubernetes";
import { placeIn } from "../../../components/charts/find-chart.ts";
import type { Size } from "../../../components/deployment/settings.ts";
import { sizes } from "../../../components/deployment/sizes.ts";
import { controlPlaneCharts, gatewayChart } from "../../../components/engines/istio/install.ts";
import { isOurInstallation } from "../../../components/engines/istio/ownership.ts";
import {
  controlPlaneClusterKinds,
  controlPlaneKinds,
  gatewayKinds,
  type WrittenKind,
} from "../../../components/engines/istio/written-kinds.ts";
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";
import {
  CertificateAuthority,
  ControlPlane,
  install,
  loadLock,
  obtainCharts,
} from "../../../components/platform/index.ts";
import { releaseCatalogue } from "../../../stacks/releases/catalogue.ts";
import { ALL, eachSeed } from "../../generate/each-seed.ts";
import { boutique } from "../../unit/platform/boutique.ts";
import { type Istiod, startIstiod } from "../istiod.ts";
import { type Kubernetes, startKubernetes } from "../kubernetes.ts";
import { ProcessGroup } from "../process-group.ts";
import { describeWith } from "../with-parts.ts";
import { accessOf } from "./access-of.ts";
import { changesOf, type Operation, type PulumiEngine, startEngine } from "./pulumi-engine.ts";
import { PULUMI_PARTS } from "./pulumi-part.ts";
import { renderChart } from "./render-chart.ts";
import { failClosed, forgetAuthority, trustedBy, untilWritten, webhooksOf } from "./webhooks.ts";

const MESH = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));

const TAGS = ["dev", "next", "last"];

const STACK = `config:
  installation:controlPlane: { kind: install, release: "2026.11", size: small, tag: dev }
  installation:charts: { kind: folder, path: charts }
  installation:images: { pullPolicy: Never }
`;

const PARTS = ["etcd", "kube-apiserver", "pilot-discovery"] as const;

describeWith("cluster: Istio installed by Pulumi", [...PARTS, ...PULUMI_PARTS], (parts) => {
  const release = releaseCatalogue["2026.11"];
  let group: ProcessGroup;
  let kubernetes: Kubernetes;
  let engine: PulumiEngine;
  let project: string;
  let istiod: Istiod | undefined;
  let plane: { readonly size: Size; readonly tag: string } = { size: "small", tag: "dev" };
  /** Of an `up` that changes something. @unit milliseconds */
  let duration = 0;

  before(async function () {
    this.timeout(900_000);
    group = await ProcessGroup.create();
    kubernetes = await startKubernetes(group, parts());
    // Written once at the end, the state costs no time that this suite is about.
    engine = await startEngine(group, parts(), await accessOf(kubernetes), { PULUMI_SKIP_CHECKPOINTS: "true" });
    console.log(`    providers: ${engine.providers}`);
    project = join(group.directory, "installation");
    await mkdir(project);
    await cp(parts()["istio-charts"], join(project, "charts"), { recursive: true });
    await writeFile(join(project, "Pulumi.yaml"), "name: installation\nruntime: nodejs\n");
    await writeFile(join(project, "Pulumi.test.yaml"), STACK);
  });

  after(async () => {
    kubernetes?.api.close();
    await group?.stop();
  });

  const mesh = (...args: readonly string[]) =>
    execFileSync(
      process.execPath,
      ["--conditions=meshwright-source", "--disable-warning=ExperimentalWarning", MESH, ...args],
      {
        cwd: project,
        encoding: "utf8",
      },
    );

  const obtain = () => {
    assert.ok(release !== undefined);
    const lock = loadLock(new URL("mesh.lock.json", pathToFileURL(`${project}/`)));
    return obtainCharts(release, lock, placeIn(project, { kind: "folder", path: "charts" }));
  };

  const program = async () => {
    const obtained = await obtain();
    assert.ok(obtained.kind === "verified" && release !== undefined);
    const provider = new Provider("cluster", { kubeconfig: kubernetes.kubeconfig, enableSecretMutable: true });
    const home = new core.v1.Namespace("home", { metadata: { name: "istio-system" } }, { provider });
    const authority = { kind: "generated", roots: [1], signer: 1, intermediate: 1, protect: false } as const;
    const signed = new CertificateAuthority(
      "istio",
      { authority, trustDomain: "shop.mesh", namespace: "istio-system" },
      { provider, dependsOn: home },
    );
    const installed = install({ release, charts: obtained.charts, ...plane });
    new ControlPlane("istio", { plane: installed, trustDomain: "shop.mesh" }, { provider, dependsOn: signed });
  };

  /** `another`: it makes an authority anew, and writes that one's certificate. */
  async function restartIstiod({ another }: { readonly another: boolean }): Promise<void> {
    await istiod?.started.stop();
    if (another) await forgetAuthority(kubernetes.api);
    istiod = await startIstiod(group, parts(), kubernetes, { trustDomain: "shop.mesh", revision: "1-31-4" });
    await failClosed(kubernetes.api);
  }

  const run = async (operation: Operation) => changesOf(await engine.stack("installation", "test", program), operation);

  /** Helm's own answer for each chart, as `kind namespace/name`. */
  async function objectsOfCharts(): Promise<readonly string[]> {
    assert.ok(release !== undefined);
    const { replicas, controlPlane: resources, proxy } = sizes.small;
    const { version, images } = release.istio;
    const common = { namespace: "istio-system", tag: "dev", trustDomain: "shop.mesh", imageDigests: {} };
    const pullPolicy = "IfNotPresent";
    const charts = controlPlaneCharts({ version, images, pullPolicy, replicas, resources, proxy, ...common });
    const rendered = await Promise.all(
      charts.map(({ chart, release: name, namespace, values }) =>
        renderChart(
          { program: parts().helm },
          { chart: join(parts()["istio-charts"], chart), name, namespace, values },
        ),
      ),
    );
    return rendered.flat().map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`);
  }

  it("is refused until its charts are locked, and again when one of them has changed", async () => {
    const codes = async () => {
      const obtained = await obtain();
      return obtained.kind === "verified" ? [] : [...new Set(obtained.diagnostics.map(({ code }) => code))];
    };
    assert.deepEqual(await codes(), ["MW5110"]);
    mesh("lock");
    assert.deepEqual(await codes(), []);
    const values = join(project, "charts/istiod/values.yaml");
    const before = await readFile(values);
    await appendFile(values, " ");
    assert.deepEqual(await codes(), ["MW5111"]);
    await writeFile(values, before);
    assert.deepEqual(await codes(), []);
  });

  it("shows each object of each chart in the preview", async function () {
    this.timeout(900_000);
    const changes = await run("preview");
    const expected = await objectsOfCharts();
    assert.ok(expected.length > 40, String(expected.length));
    const shown = [...changes.keys()].filter((name) => name.includes(":istio-system/") || /:[\w.-]+$/.test(name));
    const missing = expected.filter((object) => {
      const [kind = "", name = ""] = object.split(" ");
      const last = name.startsWith("/") ? `:${name.slice(1)}` : `:${name}`;
      return !shown.some((one) => one.includes(`:${kind} `) && one.endsWith(last));
    });
    assert.deepEqual(missing, []);
    console.log(`        ${expected.length} objects of charts`);
  });

  it("holds no kind that a preflight asks no right for", async () => {
    const [gateway] = boutique().ir.gateways;
    assert.ok(gateway !== undefined);
    const install = { serviceType: "LoadBalancer", replicas: 2, revision: "dev", pullPolicy: "IfNotPresent" } as const;
    const { chart, release: name, namespace, values } = gatewayChart(gateway, { istio: "shop" }, install);
    const ofGateway = await renderChart(
      { program: parts().helm },
      { chart: join(parts()["istio-charts"], chart), name, namespace, values },
    );
    const kinds = (await objectsOfCharts()).map((object) => object.split(" ")[0] ?? "");
    const asked = (all: readonly WrittenKind[]) => all.map(({ kind }) => kind);
    const unasked = (found: readonly string[], known: readonly string[]) =>
      [...new Set(found)].filter((kind) => !known.includes(kind));
    assert.deepEqual(unasked(kinds, asked([...controlPlaneClusterKinds, ...controlPlaneKinds])), []);
    assert.deepEqual(
      unasked(
        ofGateway.map(({ kind }) => kind),
        asked(gatewayKinds),
      ),
      [],
    );
  });

  it("installs, with what istiod signs with", async function () {
    this.timeout(900_000);
    const started = performance.now();
    await run("up");
    duration = performance.now() - started;
    const secret = await kubernetes.api.get("/api/v1/namespaces/istio-system/secrets/cacerts");
    assert.ok(secret.kind === "ok");
    const istiod = await kubernetes.api.get("/apis/apps/v1/namespaces/istio-system/deployments/istiod-1-31-4");
    assert.ok(istiod.kind === "ok");
    // By it a preflight knows it again.
    const { labels } = (istiod.body as unknown as KubernetesObject).metadata;
    assert.ok(labels !== undefined && isOurInstallation(labels));
  });

  it("says of no webhook whom to trust, which is istiod's to write", async () => {
    const trusted = trustedBy(await webhooksOf(kubernetes.api));
    assert.ok(trusted.length > 4);
    assert.deepEqual(
      trusted.filter((one) => one !== ""),
      [],
    );
  });

  eachSeed(
    `F8, istiod writes into webhooks: nothing to do, no drift, nothing taken back ${ALL}`,
    async ({ random }) => {
      const { api } = kubernetes;
      const changing = random.chance(0.5);
      const another = !changing || random.chance(0.5);
      const after = changing ? random.below(duration) : 0;
      const change = async () => {
        if (!changing) return;
        plane = { size: random.pick(["small", "standard"]), tag: random.pick(TAGS.filter((tag) => tag !== plane.tag)) };
        assert.ok((await run("up")).size > 0);
      };
      await Promise.all([change(), sleep(after).then(() => restartIstiod({ another }))]);
      await untilWritten(api);
      const written = await webhooksOf(api);
      assert.deepEqual([...(await run("up"))], []);
      assert.deepEqual([...(await run("refresh"))], []);
      assert.deepEqual(await webhooksOf(api), written);
      const when = changing ? `${after} ms into an up that changes something` : "between two ups";
      return `istiod restarted with ${another ? "another authority" : "its authority"} ${when}`;
    },
  );

  it("goes away but for its CRDs, and so for nobody's objects", async function () {
    this.timeout(900_000);
    await run("destroy");
    assert.equal((await kubernetes.api.get("/api/v1/namespaces/istio-system")).kind, "refused");
    const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/virtualservices.networking.istio.io";
    assert.equal((await kubernetes.api.get(crds)).kind, "ok");
  });
});
